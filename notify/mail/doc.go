// Package mail hands letters to an SMTP relay.
//
// It promises that a letter is the same over all attempts (Message-ID, Date),
// that nothing of a letter and no password crosses a network in clear unless
// the URL says so for this very machine, and that the outcome is exact: see
// Sender.Send. It refuses addresses that are not plain ASCII local parts, and
// it never repeats what a server said about a recipient.
//
// The relay's certificate must be valid for the host of the URL and signed by
// an authority of the system. A self-signed certificate, or one of the
// utility's own authority, is trusted by naming its PEM file in the environment
// variable SSL_CERT_FILE (standard behaviour of Go; read once per process).
package mail
