package flows

import "time"

// Lost reports whether a bound contract is of no use any more: closed, or gone
// from the directory. The arguments are the directory's answer.
func Lost(c Contract, known bool) bool { return !known || c.Status == StatusClosed }

// A directory that would lose more contracts than both at once is taken for a
// broken export.
const (
	doubtfulShare = 5 // one in so many
	doubtfulLeast = 10
)

// Doubtful reports whether so many of all contracts, the residents' or those of
// the directory itself, are too many to be lost by one change of the directory.
func Doubtful(lost, all int) bool { return lost > doubtfulLeast && lost*doubtfulShare > all }

// BindingReview is how far the bindings were compared with the directory. One
// that was broken off goes on where the marks of the bindings tell that it was.
type BindingReview struct {
	Edition  string `cbor:"1,keyasint"`           // of the directory that they were last compared with
	Done     bool   `cbor:"2,keyasint,omitempty"` // to the end
	Doubtful bool   `cbor:"3,keyasint,omitempty"` // nobody was told: too many would be lost at once
	Bindings int    `cbor:"4,keyasint,omitempty"` // of all accounts, when it began
	Lost     int    `cbor:"5,keyasint,omitempty"` // that holders were told of; where Doubtful, would be
	Trusted  string `cbor:"6,keyasint,omitempty"` // edition still to come that an administrator takes for right
}

// ConfirmDirectory takes a doubtful directory for right: the review goes on, and
// holders are told. It changes nothing about one that is not doubtful.
func ConfirmDirectory(l Ledger) {
	if r := l.BindingReview(); r.Doubtful {
		l.SaveBindingReview(BindingReview{Edition: r.Edition, Bindings: r.Bindings})
		ClearAlarm(l, AlarmDirectory)
	}
}

// trustDirectory takes an edition for right whatever it loses: the review that
// is still to come tells holders, and one that found it doubtful goes on.
func trustDirectory(l Ledger, edition string) {
	r := l.BindingReview()
	if r.Edition == edition {
		ConfirmDirectory(l)
		return
	}
	r.Trusted = edition
	l.SaveBindingReview(r)
}

// toldLost is how many lost contracts one message names.
const toldLost = 8

// ReviewBindings brings the marks of an account's contracts in step with the
// directory, and returns what its holder is told and of how many contracts. A
// contract that is lost is marked and told once; the mark of one that is in
// force again goes without a word. It is no turn of the conversation, whose
// question stays as it is.
func (e *Engine) ReviewBindings(account uint64, at time.Time, l Ledger) (out []Effect, lost int) {
	chat := l.Account(account).Chat
	if chat == 0 { // deleted meanwhile
		return nil, 0
	}
	list := append([]Binding(nil), l.Bindings(account)...)
	var lines []Line
	changed := false
	for i := range list {
		b := &list[i]
		c, known := l.Contract(b.Number)
		switch marked := b.Lost != 0; {
		case Lost(c, known) == marked:
			continue
		case marked:
			b.Lost = 0
		default:
			b.Lost = at.Unix()
			lines = append(lines, lostLine(*b, c, known))
		}
		changed = true
	}
	if changed {
		l.SetBindings(account, list)
	}
	if len(lines) == 0 {
		return nil, 0
	}
	return []Effect{Say{To: chat, Lead: fewLines(lines), Text: "bind.lost_advice"}}, len(lines)
}

func lostLine(b Binding, c Contract, known bool) Line {
	if !known {
		return Line{"bind.vanished", Args{Number: b.Number, Label: b.Name}}
	}
	c.Address = shorten(c.Address, listedAddress)
	return Line{"bind.closed_now", Args{Contract: c, Number: b.Number, Label: b.Name}}
}

// fewLines keeps what fits into one message, and counts the rest.
func fewLines(lines []Line) []Line {
	if len(lines) <= toldLost {
		return lines
	}
	return append(lines[:toldLost:toldLost], Line{"bind.lost_more", Args{N: len(lines) - toldLost}})
}

// BindingsLost tells the administrators of how many contracts holders were told
// after the directory changed.
func BindingsLost(lost int) Alert { return Alert{Text: "alert.bindings_lost", Args: Args{N: lost}} }

// DirectoryDoubtful tells the administrators that so many of all bound contracts
// would be lost by a new directory that their holders are not told.
func DirectoryDoubtful(lost, all int) Alert {
	return Alert{Text: "alert.directory_doubtful", Args: Args{N: lost, Left: all}}
}
