package simulator

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// FaultKind is what goes wrong with a call.
type FaultKind int

// Kinds of faults.
const (
	// FaultPage answers with an HTML page and Status (default 502); nothing is done.
	FaultPage FaultKind = iota
	// FaultFlood answers 429 with RetryAfter (default what is left of For, at least
	// 1 s), in the body and as a header; nothing is done.
	FaultFlood
	// FaultConflict answers 409 as to a second poller; nothing is done.
	FaultConflict
	// FaultUnauthorized answers 401 as to a revoked token; nothing is done.
	FaultUnauthorized
	// FaultRefuse cuts the connection before anything is done.
	FaultRefuse
	// FaultDrop does what is asked, then cuts the connection instead of answering.
	FaultDrop
	// FaultTruncate does what is asked, then sends half of the answer as if it were
	// the whole.
	FaultTruncate
	// FaultDelay does what is asked, then waits for Delay before answering.
	FaultDelay
)

// before tells whether the fault strikes instead of the call.
func (k FaultKind) before() bool { return k < FaultDrop }

// Fault makes calls go wrong.
type Fault struct {
	Kind FaultKind
	// Method limits it to one method ("sendMessage", in any case; "file" for
	// downloads); "" means all.
	Method string
	// Chat limits it to calls with this chat_id; 0 means all.
	Chat int64
	// Times is how many calls it hits; 0 means all until it is removed.
	Times int
	// Status of FaultPage.
	Status int
	// For ends the fault after this time by the server's clock; 0 means never.
	For time.Duration
	// RetryAfter of FaultFlood, in whole seconds. 0 means what is left of For.
	RetryAfter time.Duration
	// Delay of FaultDelay.
	Delay time.Duration

	until time.Time // the end of For
}

type faults struct {
	active atomic.Int32 // spares calls the lock while there are none
	mu     sync.Mutex
	list   []*Fault
}

// Inject adds a fault; of several that match a call, the oldest strikes. The
// returned function removes it and may be called twice.
func (s *Server) Inject(f Fault) (remove func()) {
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	own := &f
	own.until = s.opts.Now().Add(f.For)
	fs.list = append(fs.list, own)
	fs.active.Add(1)
	return func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.drop(own)
	}
}

func (fs *faults) drop(f *Fault) {
	if i := slices.Index(fs.list, f); i >= 0 {
		fs.list = slices.Delete(fs.list, i, i+1)
		fs.active.Add(-1)
	}
}

// strike returns the fault that hits the call now, nil if none does.
func (fs *faults) strike(p *params, now time.Time) *Fault {
	if fs.active.Load() == 0 {
		return nil
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.list {
		if !f.hits(p) || f.over(now) {
			continue
		}
		hit := *f
		if hit.RetryAfter == 0 && hit.For > 0 {
			hit.RetryAfter = (hit.until.Sub(now) + time.Second - 1).Truncate(time.Second)
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				fs.drop(f)
			}
		}
		return &hit
	}
	return nil
}

func (f *Fault) hits(p *params) bool {
	return (f.Method == "" || strings.EqualFold(f.Method, p.method)) && (f.Chat == 0 || f.Chat == p.chat)
}

func (f *Fault) over(now time.Time) bool { return f.For > 0 && !now.Before(f.until) }

// answer is what comes instead of the result, nil for a cut connection.
func (f *Fault) answer() *reply {
	switch f.Kind {
	case FaultPage:
		status := f.Status
		if status == 0 {
			status = http.StatusBadGateway
		}
		title := http.StatusText(status)
		return &reply{status: status, kind: "text/html", body: []byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\r\n")}
	case FaultFlood:
		return failed(flood(max(1, int(f.RetryAfter/time.Second))))
	case FaultConflict:
		return failed(otherPoller())
	case FaultUnauthorized:
		return failed(unauthorized())
	}
	return nil
}

// spoil harms a finished answer; nil for a cut connection.
func (f *Fault) spoil(ctx context.Context, out *reply) *reply {
	switch f.Kind {
	case FaultDrop:
		return nil
	case FaultTruncate:
		out.body = out.body[:len(out.body)/2]
	case FaultDelay:
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
	}
	return out
}
