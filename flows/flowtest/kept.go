package flowtest

import (
	"strings"

	"mvkbot/flows"
)

// kept shows what the bot keeps about the resident.
func (p *Player) kept(string) error {
	return p.inspect(func(c flows.Conversation, l flows.Ledger) {
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
	return p.inspect(func(_ flows.Conversation, l flows.Ledger) {
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
