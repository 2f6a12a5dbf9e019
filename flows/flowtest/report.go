package flowtest

import (
	"errors"

	"mvkbot/flows"
)

// report is an effect whose end its conversation wants to hear of.
type report struct {
	chat    int64
	to      string
	ref     flows.Ref
	dead    bool // it will never leave the bot
	message int  // as which it arrived
}

// codeOf tells which code an effect brings to whom.
func codeOf(e flows.Effect) (flows.Ref, string) {
	switch e := e.(type) {
	case flows.SMS:
		return e.Report, string(e.To)
	case flows.Mail:
		return e.Report, string(e.To)
	}
	return flows.Ref{}, ""
}

// handOver does what the gateways do with what was sent.
func (p *Player) handOver(reports []report) error {
	for _, r := range reports {
		outcome := map[string]flows.Outcome{"up": flows.Delivered, "down": flows.Unsent, "lost": flows.Unknown}[p.gateway]
		if r.dead {
			outcome = flows.Unsent
		}
		if p.gateway == "slow" {
			p.held = append(p.held, r)
			continue
		}
		if outcome != flows.Delivered {
			r.message = 0
		}
		if r.ref.Kind == flows.RefPhoneCode {
			var full bool
			if err := p.inspect(func(_ flows.Conversation, l flows.Ledger) { full = !p.engine.TakeMinute(p.now, l).IsZero() }); err != nil {
				return err
			}
			if full {
				p.waiting = append(p.waiting, r)
				continue
			}
		}
		if err := p.report(r, outcome); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) report(r report, o flows.Outcome) error {
	return p.turn(r.chat, flows.Turn{Kind: flows.Reported, Ref: r.ref, Outcome: o, Text: r.to, Message: r.message})
}

// endHeld ends what a slow gateway holds.
func (p *Player) endHeld(s string) error {
	o, ok := map[string]flows.Outcome{"delivered": flows.Delivered, "unsent": flows.Unsent, "unknown": flows.Unknown}[s]
	if !ok {
		return errors.New("want delivered, unsent or unknown")
	}
	held := p.held
	p.held = nil
	for _, r := range held {
		if err := p.report(r, o); err != nil {
			return err
		}
	}
	return nil
}
