package notify

import "errors"

// Outcome is what became of a message.
type Outcome int

// The outcomes of one attempt.
const (
	Done      Outcome = iota // the remote has accepted the message
	Refused                  // the remote will never accept this message or this recipient
	Temporary                // the remote has surely not accepted it; another attempt may succeed
	Unknown                  // the remote may have accepted it; another attempt may be a second copy
)

var outcomeNames = [...]string{Done: "done", Refused: "refused", Temporary: "temporary", Unknown: "unknown"}

// String returns the outcome as one lower-case word, fit for a metric's label.
func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeNames) {
		return "invalid"
	}
	return outcomeNames[o]
}

// Error is an attempt that did not end in Done.
type Error struct {
	Outcome Outcome // Refused, Temporary or Unknown
	Reason  string  // short, for operators; never a phone, e-mail address, code or secret
	Err     error   // the cause, nil when Reason says it all; bound by the same rule, see NetworkFault
}

// Error returns the reason and the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// OutcomeOf returns the outcome that err, an answer of a channel, stands for.
// An error of any other origin proves nothing about the remote and is Unknown.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Done
	}
	var e *Error
	if !errors.As(err, &e) || e.Outcome <= Done || e.Outcome > Unknown {
		return Unknown
	}
	return e.Outcome
}
