package flowtest

import (
	"fmt"
	"strings"

	"mvkbot/flows"
)

// look runs a turn that leaves the conversation as it is.
func (p *Player) look(see func(flows.Conversation, flows.Ledger)) error { return p.lookAt(p.chat, see) }

func (p *Player) lookAt(chat int64, see func(flows.Conversation, flows.Ledger)) error {
	_, err := p.world.Turn(chat, func(c flows.Conversation, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
		see(c, l)
		return c, nil, nil
	})
	return err
}

// kept shows what the bot keeps about the resident.
func (p *Player) kept(string) error {
	return p.look(func(c flows.Conversation, l flows.Ledger) {
		f, r, a := c.Form, c.Registration, l.Account(c.Account)
		var kept []string
		for _, part := range []struct {
			name string
			has  bool
		}{
			{"consent " + f.Consent.Version, f.Consent.At != 0}, {"agreement " + f.Agreement.Version, f.Agreement.At != 0},
			{"surname " + f.Surname.Value, f.Surname.Value != ""}, {"name " + f.Name.Value, f.Name.Value != ""},
			{"patronymic " + f.Patronymic.Value, f.Patronymic.Value != ""},
			{"phone " + f.Phone.Value, f.Phone.Value != ""}, {"email " + f.Email.Value, f.Email.Value != ""},
			{"registration " + string(r.Phone) + " " + string(r.Email), r.Submitted != 0},
			{"account " + string(a.Phone) + " " + string(a.Email), a.Number != 0},
			{"proven phone", r.PhoneAt != 0},
			{"username " + c.Username, c.Username != ""},
			{"new contact " + c.Change.Value + string(c.Change.Doubtful) + c.Change.Wanted, c.Change != flows.Change{Code: c.Change.Code}},
			{"way back " + string(c.Access.Phone) + " " + string(c.Access.Email), c.Access.Until != 0},
			{"link " + string(c.Link.Number) + " " + c.Link.Flat, c.Link.Number != ""},
			{"binding " + string(c.Bind.Number) + " " + c.Bind.Flat, c.Bind.Number != ""},
			{"consent " + r.Consent.Version + " and agreement " + r.Agreement.Version, r.Submitted != 0},
			{"consent " + a.Consent.Version + " and agreement " + a.Agreement.Version, a.Number != 0},
		} {
			if part.has {
				kept = append(kept, part.name)
			}
		}
		if kept == nil {
			kept = []string{"nothing"}
		}
		p.out = append(p.out, "("+strings.Join(kept, ", ")+")")
	})
}

// owner shows who has a contact.
func (p *Player) owner(s string) error {
	return p.look(func(_ flows.Conversation, l flows.Ledger) {
		contact := flows.Contact{Channel: flows.ByPhone, Value: s}
		if strings.Contains(s, "@") {
			contact.Channel = flows.ByEmail
		}
		whose := "nobody's"
		switch o := l.Owner(contact); {
		case o.Account != 0:
			whose = "account of " + p.names[l.Account(o.Account).Chat]
		case o.Chat != 0:
			whose = "registration of " + p.names[o.Chat]
			if o.Proven {
				whose += ", proven"
			}
		}
		p.out = append(p.out, "("+whose+")")
	})
}

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
	return p.look(func(c flows.Conversation, l flows.Ledger) {
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
