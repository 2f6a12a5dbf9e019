package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mvkbot/flows"
)

const (
	lettersShown  flows.Event = "desk_letters"
	letterShown   flows.Event = "desk_letter"
	letterRetried flows.Event = "desk_letter_retry"
	letterDropped flows.Event = "desk_letter_drop"
)

// outbox shows what could not be delivered, and sends it again or drops it.
var outbox = command{
	name: "outbox", role: flows.Administrator, help: "desk.help.outbox", run: runOutbox, read: readOutbox,
	presses: map[flows.Event]string{
		lettersShown: "/outbox", letterShown: "/outbox %d", letterRetried: "/outbox %d retry", letterDropped: "/outbox %d drop",
	},
}

// lettersPerPage is how many dead letters a page of /outbox lists.
const lettersPerPage = 6

// letterView is a dead letter as the desk shows it: never what it says.
type letterView struct {
	flows.DeadLetter
	Index   int // in the list, from 1
	Made    time.Time
	Whom    string // masked
	Account uint64
	Code    bool // it holds a code
	Live    bool // its conversation still asks for what is in it
}

type lettersView struct {
	Letters     []letterView
	All         int
	Page, Pages int // from 1
}

// readOutbox reads a page of the list, or the one letter that the command names.
func readOutbox(ctx context.Context, d *Desk, a commandLine) (any, error) {
	if a.args != "" {
		n, _, _ := letterDeed(a.args)
		l, _, err := d.Store.DeadLetter(ctx, n)
		return d.letter(ctx, l), err
	}
	page, all, err := d.Store.DeadLetterPage(ctx, a.page*lettersPerPage, lettersPerPage)
	if last := pagesOf(all, lettersPerPage) - 1; err == nil && a.page > last { // others dropped some meanwhile
		a.page = last
		page, all, err = d.Store.DeadLetterPage(ctx, last*lettersPerPage, lettersPerPage)
	}
	v := lettersView{All: all, Page: a.page + 1, Pages: pagesOf(all, lettersPerPage)}
	for i, l := range page {
		v.Letters = append(v.Letters, d.letter(ctx, l))
		v.Letters[i].Index = a.page*lettersPerPage + i + 1
	}
	return v, err
}

// letter is a dead letter with what its chat is now. A letter may have died of
// a conversation that does not open: what needs that one is not live.
func (d *Desk) letter(ctx context.Context, l flows.DeadLetter) letterView {
	c, err := d.Store.Conversation(ctx, l.Chat)
	return letterView{
		DeadLetter: l, Made: moment(l.At), Whom: flows.ContactOf(l.To).Masked(), Account: c.Account, Code: l.Ref.Kind > flows.RefCaptcha,
		Live: l.Ref == flows.Ref{} || err == nil && c.Live(l.Ref),
	}
}

// sendable reports whether there is still sense in sending the letter.
func (v letterView) sendable(at time.Time) bool {
	return v.Channel != "" && v.Live && (v.Until == 0 || at.Unix() < v.Until)
}

// letterDeed reads what follows /outbox: the number of a letter, and what is to
// be done with it.
func letterDeed(args string) (n uint64, deed string, ok bool) {
	number, deed := firstWord(strings.ToLower(args))
	n, err := strconv.ParseUint(number, 10, 53)
	return n, deed, err == nil && (deed == "" || deed == "retry" || deed == "drop")
}

func runOutbox(k *call) {
	if k.args == "" {
		k.listLetters(k.found.(lettersView))
		return
	}
	n, deed, ok := letterDeed(k.args)
	if !ok {
		k.refuse("desk.outbox_usage", flows.Args{})
		return
	}
	number := strconv.FormatUint(n, 10)
	k.note = strings.TrimSpace(number + " " + deed)
	v := k.found.(letterView)
	if _, ok := k.l.DeadLetter(n); !ok || v.Number != n {
		k.refuse("desk.letter_gone", flows.Args{Value: number})
		return
	}
	switch deed {
	case "":
		k.showLetter(v)
	case "retry":
		k.retryLetter(v)
	case "drop":
		if k.confirm("desk.letter_drop_sure", flows.Args{Value: number}) {
			k.l.DropDeadLetter(n)
			k.say("desk.letter_dropped", flows.Args{Value: number}, toLetters)
		}
	}
}

var toLetters = []flows.Button{{Caption: "button.letters", Event: lettersShown}}

// listLetters shows a page. Whoever sees it knows of the letters: the next one
// to die is told anew.
func (k *call) listLetters(v lettersView) {
	flows.ClearAlarm(k.l, flows.AlarmDeadLetters)
	var letters []flows.Button
	for _, l := range v.Letters {
		letters = append(letters, flows.Button{Caption: "button.letter", Args: flows.Args{N: l.Index}, Event: letterShown, Arg: int(l.Number)})
	}
	k.sayList("desk.letters", flows.Args{Desk: v}, append(inPairs(letters), pageButtons(v.Page-1, v.Pages)...)...)
}

func (k *call) showLetter(v letterView) {
	row := []flows.Button{{Caption: "button.letter_drop", Event: letterDropped, Arg: int(v.Number), Style: flows.Danger}}
	if v.sendable(k.t.At) {
		row = append([]flows.Button{{Caption: "button.letter_retry", Event: letterRetried, Arg: int(v.Number)}}, row...)
	}
	k.say("desk.letter", flows.Args{Desk: v, Dead: !v.sendable(k.t.At)}, row, toLetters)
}

// retryLetter puts a letter back behind whatever waits for its chat.
func (k *call) retryLetter(v letterView) {
	if !v.sendable(k.t.At) {
		k.refuse("desk.letter_dead", flows.Args{Desk: v})
		return
	}
	k.out = append(k.out, flows.Redeliver{Letter: v.Number})
	k.say("desk.letter_retried", flows.Args{Value: strconv.FormatUint(v.Number, 10)}, toLetters)
}
