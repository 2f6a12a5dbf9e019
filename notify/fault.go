package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// ErrUnreadable stands for a fault whose text may repeat bytes of the remote,
// which in turn may repeat a phone, an address or a password.
var ErrUnreadable = errors.New("the answer could not be understood")

// NetworkFault returns the part of err that is safe to show: the end of a
// context, a failed look-up, connection or TLS handshake. These name hosts and
// ports at most. Of anything else it returns ErrUnreadable.
func NetworkFault(err error) error {
	var (
		op          *net.OpError
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		header      tls.RecordHeaderError
	)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.As(err, &certificate):
		return certificate
	case errors.As(err, &header):
		return errors.New("the other side does not speak TLS")
	case errors.As(err, &op):
		return op
	case errors.As(err, &dns):
		return dns
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection was closed")
	}
	return ErrUnreadable
}
