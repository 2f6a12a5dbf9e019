package flowtest

import (
	"fmt"
	"strconv"
	"strings"

	"mvkbot/flows"
)

// compose leads the member of staff who acts into the dialog of a broadcast.
func (p *Player) compose(string) error {
	before := p.before
	defer func() { p.before = before }()
	p.before = func(int64, flows.Turn) (flows.StepFunc, error) { return p.engine.BeginBroadcast, nil }
	return p.turn(p.chat, flows.Turn{Kind: flows.Said, Text: "/broadcast"})
}

// counted ends the count of an audience.
func (p *Player) counted(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil {
		return err
	}
	return p.turn(p.chat, flows.Turn{Kind: flows.Told, News: flows.AudienceCounted, Text: p.counting.Counted(n)})
}

var ends = map[string]flows.Outcome{"delivered": flows.Delivered, "gone": flows.Unsent, "refused": flows.Refused, "unknown": flows.Unknown}

// ended makes messages of the active broadcast and lets them end.
func (p *Player) ended(s string) error {
	words := strings.Fields(s)
	if len(words)%2 != 0 {
		return fmt.Errorf("want numbers and outcomes")
	}
	var failed error
	err := p.inspect(func(_ flows.Conversation, l flows.Ledger) {
		b := l.Broadcast(l.ActiveBroadcast())
		for i := 0; i < len(words); i += 2 {
			n, err := strconv.Atoi(words[i])
			o, ok := ends[words[i+1]]
			if err != nil || !ok {
				failed = fmt.Errorf("%s %s: no number of an outcome", words[i], words[i+1])
				return
			}
			for range n {
				b.Queued++
				b.End(o)
			}
		}
		l.SaveBroadcast(b)
	})
	if err != nil {
		return err
	}
	return failed
}
