package flows_test

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mvkbot/flows"
)

// impersonal is what every reader of the audit log may see.
var impersonal = regexp.MustCompile(`^(|Л\d+|Л\d+ by the resident|phone|email|consent 1|agreement 1|consent 1, agreement 1|by the resident|not verified in time)$`)

// fault tells what of the promises about contacts does not hold, "" for nothing.
func (w *town) fault() string {
	for c, o := range w.ledger.Owners {
		acc, r := w.ledger.Account(o.Account), w.chats[o.Chat].Registration
		has := o.Account != 0 && (string(acc.Phone) == c.Value || string(acc.Email) == c.Value) ||
			o.Account == 0 && r.Submitted != 0 && (string(r.Phone) == c.Value || string(r.Email) == c.Value)
		if !has {
			return fmt.Sprintf("%s belongs to %+v, who does not have it", c.Value, o)
		}
		if o.Proven && (c.Channel != flows.ByPhone || r.PhoneAt == 0) {
			return fmt.Sprintf("%s is proven, and the registration does not know it", c.Value)
		}
	}
	alive := 0
	for _, acc := range w.ledger.Accounts {
		if acc.Number == 0 {
			continue
		}
		alive++
		owner := flows.Owner{Account: acc.Number}
		if w.ledger.Owner(phoneOf(acc.Phone)) != owner || w.ledger.Owner(emailOf(acc.Email)) != owner {
			return fmt.Sprintf("account %d does not have its contacts", acc.Number)
		}
		if w.chats[acc.Chat].Account != acc.Number {
			return fmt.Sprintf("the chat of account %d does not know it", acc.Number)
		}
	}
	for chat, c := range w.chats {
		r := c.Registration
		if r.Submitted != 0 {
			alive++
		}
		if r.PhoneAt != 0 && w.ledger.Owner(phoneOf(r.Phone)) != (flows.Owner{Chat: chat, Proven: true}) {
			return fmt.Sprintf("chat %d proved a phone and does not have it", chat)
		}
		moved := w.ledger.Account(c.Account).Chat != chat
		told := slices.ContainsFunc(w.news, func(n flows.Tell) bool { return n.To == chat && n.News == flows.AccountMoved })
		if c.Account != 0 && moved && !told {
			return fmt.Sprintf("chat %d was not told that its account is elsewhere", chat)
		}
		if c.Account != 0 && (r.Submitted != 0 || c.Access.Until != 0 || c.Form.Until != 0) || c.Account == 0 && c.Change.Until != 0 {
			return fmt.Sprintf("chat %d is in two dialogs at once", chat)
		}
	}
	if n := len(w.ledger.Subjects); n != alive {
		return fmt.Sprintf("%d keys of the audit log for %d people", n, alive)
	}
	for _, l := range w.ledger.Log {
		if !impersonal.MatchString(l.Note) {
			return fmt.Sprintf("audit note %q", l.Note)
		}
	}
	return ""
}

func phoneOf(p flows.Phone) flows.Contact {
	return flows.Contact{Channel: flows.ByPhone, Value: string(p)}
}

func emailOf(e flows.Email) flows.Contact {
	return flows.Contact{Channel: flows.ByEmail, Value: string(e)}
}

// Ensure what SPEC §2.2 and §2.7 promise about contacts, whatever five
// residents do with the same three phones and e-mails: at most one account ever
// has a contact, no code proves another one, no draft is lost, and nobody is
// locked out for good.
func TestResidents_Property(t *testing.T) {
	atLeast(t, "500")
	rapid.Check(t, func(rt *rapid.T) {
		q := newQuarrel(rt)
		for i := range rapid.IntRange(0, 3).Draw(rt, "members") {
			q.join(int64(i+1), phones[i], emails[i])
		}
		for range rapid.IntRange(20, 80).Draw(rt, "turns") {
			q.act(int64(rapid.IntRange(1, 5).Draw(rt, "chat")))
		}
		q.settle()
	})
}

// atLeast raises the number of runs where the command line does not tell one.
func atLeast(t *testing.T, runs string) {
	f := flag.Lookup("rapid.checks")
	if f == nil || f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(runs); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(f.DefValue); err != nil {
			t.Error(err)
		}
	})
}
