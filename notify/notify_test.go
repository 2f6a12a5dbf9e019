package notify_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"mvkbot/notify"
)

func TestOutcomeOf(t *testing.T) {
	refused := &notify.Error{Outcome: notify.Refused, Reason: "no such mailbox"}
	tests := []struct {
		name string
		err  error
		want notify.Outcome
	}{
		{"nil", nil, notify.Done},
		{"refused", refused, notify.Refused},
		{"wrapped", fmt.Errorf("letter 7: %w", refused), notify.Refused},
		{"temporary", &notify.Error{Outcome: notify.Temporary}, notify.Temporary},
		{"unknown", &notify.Error{Outcome: notify.Unknown}, notify.Unknown},
		{"foreign", context.DeadlineExceeded, notify.Unknown},
		{"an error that claims success", &notify.Error{Reason: "outcome forgotten"}, notify.Unknown},
		{"outside the range", &notify.Error{Outcome: 9}, notify.Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := notify.OutcomeOf(tt.err); got != tt.want {
				t.Errorf("OutcomeOf = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestOutcomeString(t *testing.T) {
	want := []string{"done", "refused", "temporary", "unknown", "invalid"}
	for o := notify.Done; int(o) < len(want); o++ {
		if o.String() != want[o] {
			t.Errorf("%d.String() = %q, want %q", int(o), o, want[o])
		}
	}
}

func TestError(t *testing.T) {
	e := &notify.Error{Outcome: notify.Temporary, Reason: "connecting", Err: io.EOF}
	if e.Error() != "connecting: EOF" || !errors.Is(e, io.EOF) {
		t.Errorf("Error() = %q, Is(EOF) = %v", e, errors.Is(e, io.EOF))
	}
	if got := (&notify.Error{Reason: "no text"}).Error(); got != "no text" {
		t.Errorf("Error() = %q", got)
	}
}

func TestBackoff(t *testing.T) {
	tests := []struct {
		attempt int
		jitter  float64
		want    time.Duration
	}{
		{-1, 0, time.Second}, {0, 0, time.Second}, {1, 0, time.Second}, {2, 0, 2 * time.Second}, {3, 0, 4 * time.Second},
		{6, 0, 32 * time.Second}, {7, 0, time.Minute}, {1 << 40, 0, time.Minute},
		{2, 0.5, 1500 * time.Millisecond}, {7, 1, 30 * time.Second}, {7, 5, 30 * time.Second}, {7, -1, time.Minute},
	}
	for _, tt := range tests {
		if got := notify.Backoff(tt.attempt, tt.jitter); got != tt.want {
			t.Errorf("Backoff(%d, %v) = %v, want %v", tt.attempt, tt.jitter, got, tt.want)
		}
	}
}

// Ensure that what a remote wrote never gets through, and what helps an operator does.
func TestNetworkFault(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	tests := []struct {
		err  error
		want string
	}{
		{fmt.Errorf("+79161234567: %w", context.Canceled), "context canceled"},
		{fmt.Errorf("+79161234567: %w", context.DeadlineExceeded), "context deadline exceeded"},
		{fmt.Errorf("+79161234567: %w", refused), "dial tcp: connection refused"},
		{&net.DNSError{Err: "no such host", Name: "relay"}, "lookup relay: no such host"},
		{&tls.CertificateVerificationError{Err: errors.New("unknown authority")}, "tls: failed to verify certificate: unknown authority"},
		{tls.RecordHeaderError{Msg: "first record"}, "the other side does not speak TLS"},
		{io.ErrUnexpectedEOF, "the connection was closed"},
		{errors.New(`malformed HTTP response "+79161234567"`), notify.ErrUnreadable.Error()},
	}
	for _, tt := range tests {
		if got := notify.NetworkFault(tt.err).Error(); got != tt.want || strings.Contains(got, "7916") {
			t.Errorf("NetworkFault(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
	if notify.NetworkFault(nil) != nil {
		t.Error("NetworkFault(nil) is an error")
	}
}
