package flowtest

import (
	"fmt"

	"mvkbot/flows"
)

// bound puts houses into the directory and binds them to the resident's account.
func (p *Player) bound(s string) error {
	var from, to int
	if _, err := fmt.Sscanf(s, "%d to %d", &from, &to); err != nil {
		return err
	}
	for i := from; i <= to; i++ {
		n := flows.Number(fmt.Sprintf("8%09d", i))
		p.world.AddContract(flows.Contract{
			Number: n, Kind: flows.KindHouse, Holder: flows.HolderPerson, Status: flows.StatusActive, Address: fmt.Sprintf("Москва, ул. Полевая, д. %d", i),
		})
		if err := p.vanished(string(n)); err != nil {
			return err
		}
	}
	return nil
}

// vanished binds a contract whatever the directory says.
func (p *Player) vanished(s string) error {
	return p.inspect(func(c flows.Conversation, l flows.Ledger) {
		l.SetBindings(c.Account, append(l.Bindings(c.Account), flows.Binding{Number: flows.Number(s), At: p.now.Unix()}))
	})
}

// review looks the resident's contracts over, as after a change of the directory.
func (p *Player) review(string) error {
	effects, err := p.world.Turn(p.chat, func(c flows.Conversation, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
		effects, _ := p.engine.ReviewBindings(c.Account, p.now, l)
		return c, effects, nil
	})
	if err != nil {
		return err
	}
	if len(effects) == 0 {
		p.out = append(p.out, "(nothing is told)")
	}
	for _, e := range effects {
		if err := p.show(p.chat, e); err != nil {
			return err
		}
	}
	return nil
}

// doubtful has a directory reviewed that looks like a broken export.
func (p *Player) doubtful(s string) error {
	r := flows.BindingReview{Edition: "2@7", Done: true, Doubtful: true}
	if _, err := fmt.Sscanf(s, "%d %d", &r.Lost, &r.Bindings); err != nil {
		return err
	}
	if err := p.inspect(func(_ flows.Conversation, l flows.Ledger) {
		l.SaveBindingReview(r)
		flows.RaiseAlarm(l, flows.AlarmDirectory, p.now.Unix())
	}); err != nil {
		return err
	}
	return p.show(p.chat, flows.DirectoryDoubtful(r.Lost, r.Bindings))
}
