package flows_test

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"mvkbot/flows"
)

// The contacts that five residents quarrel about.
var (
	phones = []string{"+79161234567", "+79167654321", "+79035556677"}
	emails = []string{"anna@mail.ru", "inna@mail.ru", "olga@mail.ru"}
)

// quarrel is a town whose residents register, claim, change, recover and delete
// with the same few contacts. It knows which code went to whose phone.
type quarrel struct {
	*town
	rt      *rapid.T
	sent    map[parcel]bool
	entered map[visit]time.Time
	owners  map[flows.Contact]flows.Owner
	homes   map[uint64]int64 // chats of the accounts
}

type parcel struct {
	chat    int64
	contact flows.Contact
	code    string
}

type visit struct {
	chat    int64
	contact flows.Contact
}

func newQuarrel(rt *rapid.T) *quarrel {
	q := &quarrel{
		town: newTown(rt), rt: rt, sent: map[parcel]bool{}, entered: map[visit]time.Time{},
		owners: map[flows.Contact]flows.Owner{}, homes: map[uint64]int64{},
	}
	q.once, q.seen = true, q.look
	return q
}

// look holds the promises after every turn.
func (q *quarrel) look(before flows.Conversation, t flows.Turn, effects []flows.Effect) {
	chat := before.Chat
	for _, e := range effects {
		switch e := e.(type) {
		case flows.SMS:
			q.sent[parcel{chat, phoneOf(e.To), e.Args.Code}] = q.live(chat, e.Report)
		case flows.Mail:
			q.sent[parcel{chat, emailOf(e.To), e.Args.Code}] = q.live(chat, e.Report)
		}
	}
	for _, c := range contacts() {
		if t.Kind == flows.Said && q.sent[parcel{chat, c, t.Text}] {
			q.entered[visit{chat, c}] = q.now
		}
	}
	if fault := q.fault(); fault != "" {
		q.rt.Fatal(fault)
	}
	q.proofs(chat)
	q.drafts(before, q.chats[chat])
}

func contacts() (list []flows.Contact) {
	for i := range phones {
		list = append(list, phoneOf(flows.Phone(phones[i])), emailOf(flows.Email(emails[i])))
	}
	return list
}

// proofs demands that whoever got a contact for good, or an account, has just
// entered the code that was sent there.
func (q *quarrel) proofs(chat int64) {
	for _, c := range contacts() {
		was, is := q.owners[c], q.ledger.Owner(c)
		if is == was || !is.Proven && is.Account == 0 {
			continue
		}
		if was.Account != 0 {
			q.rt.Fatalf("%s was taken from account %d", c.Value, was.Account)
		}
		if own := was.Proven && was.Chat == chat; !own && q.entered[visit{chat, c}] != q.now {
			q.rt.Fatalf("chat %d got %s without its code", chat, c.Value)
		}
	}
	q.owners = maps.Clone(q.ledger.Owners)
	for _, a := range q.ledger.Accounts {
		if home, known := q.homes[a.Number]; known && home != a.Chat {
			for _, c := range []flows.Contact{phoneOf(a.Phone), emailOf(a.Email)} {
				if at := q.entered[visit{a.Chat, c}]; q.now.Sub(at) > 30*time.Minute {
					q.rt.Fatalf("account %d was moved to chat %d without the code of %s", a.Number, a.Chat, c.Value)
				}
			}
		}
		q.homes[a.Number] = a.Chat
	}
}

// The events that end a draft: by the resident's wish, by its time, or because
// it became what it was meant for.
var endings = map[string][]flows.Event{
	"form":         {"form_left", "form_expired", "submitted", "consent_refused", "code_right"},
	"registration": {"registration_deleted", "purge_due", "code_right"},
	"change":       {"contact_proven", "contact_lost", "contact_same", "change_left", "change_expired", "back_pressed", "account_deleted", ""},
	"access":       {"access_left", "access_expired", "back_pressed", "budget_spent", "account_gone", "code_right", "form_expired"},
}

// drafts demands that nothing that was typed is lost otherwise.
func (q *quarrel) drafts(before, after flows.Conversation) {
	f, g := before.Form, after.Form
	filled := func(was, is flows.Field) bool { return was == (flows.Field{}) || is != (flows.Field{}) }
	for draft, kept := range map[string]bool{
		"form":         filled(f.Surname, g.Surname) && filled(f.Name, g.Name) && filled(f.Phone, g.Phone) && filled(f.Email, g.Email),
		"registration": before.Registration.Submitted == 0 || after.Registration.Submitted != 0,
		"change":       before.Change.Value == "" || after.Change.Value != "",
		"access":       before.Access.Phone == "" || after.Access.Phone != "",
	} {
		if !kept && !slices.Contains(endings[draft], after.Event) {
			q.rt.Fatalf("chat %d: %s lost by %q in %s", after.Chat, draft, after.Event, before.State)
		}
	}
}

// act does one thing that a resident may do now, mostly a sensible one.
func (q *quarrel) act(chat int64) {
	switch n := rapid.IntRange(0, 19).Draw(q.rt, "what"); n { // small numbers are drawn more often
	case 10, 11, 12:
		q.pressAny(chat)
	case 13, 14:
		q.now = q.now.Add(rapid.SampledFrom([]time.Duration{time.Minute, 6 * time.Minute, 31 * time.Minute, 2 * time.Hour, 26 * time.Hour}).Draw(q.rt, "wait"))
		q.wake()
	case 15, 16:
		q.hear()
	case 17:
		if len(q.news) > 0 { // heard twice
			q.news = append([]flows.Tell{q.news[0]}, q.news...)
			q.hear()
			q.hear()
		}
	case 18:
		q.report(flows.Outcome(rapid.IntRange(1, 3).Draw(q.rt, "outcome")))
	case 19: // noise, or a code that somebody else got
		whose := int64(rapid.IntRange(1, 5).Draw(q.rt, "whose"))
		q.say(chat, rapid.SampledFrom([]string{"/start", "/cancel", "Назад", "Да, выйти", "Нет, остаться", "111111", "Отправить повторно", q.last[whose][flows.RefPhoneCode]}).Draw(q.rt, "noise"))
	default:
		q.goOn(chat)
	}
}

// goOn does what the question asks for.
func (q *quarrel) goOn(chat int64) {
	pick := func(list []string) string { return rapid.SampledFrom(list).Draw(q.rt, "which") }
	press := func(events ...flows.Event) {
		q.press(chat, rapid.SampledFrom(events).Draw(q.rt, "button"))
	}
	switch q.chats[chat].State {
	case "", "choose_person", "section":
		if rapid.IntRange(0, 2).Draw(q.rt, "has an account") > 0 {
			q.knock(chat, pick(phones), pick(emails))
			return
		}
		q.enter(chat, pick(phones), pick(emails))
	case "access_phone", "new_phone", "change_phone", "mend_phone":
		q.pressOffered(chat, "my_phone_pressed")
		q.say(chat, pick(phones))
	case "access_email", "new_email", "change_email", "mend_email":
		q.pressOffered(chat, "my_email_pressed")
		q.say(chat, pick(emails))
	case "main_menu":
		press("data_pressed")
	case "show_data":
		press("new_phone_pressed", "new_email_pressed", "new_phone_pressed", "delete_pressed", "new_email_pressed")
	case "confirm_delete":
		press("delete_confirmed", "back_pressed")
	case "confirm_delete_again":
		press("account_deleted", "back_pressed")
	case "access_phone_code", "enter_phone_code":
		q.say(chat, q.last[chat][flows.RefPhoneCode])
	case "access_email_code", "enter_email_code":
		q.say(chat, q.last[chat][flows.RefEmailCode])
	case "new_contact_code":
		q.say(chat, q.last[chat][flows.RefKind(1+q.chats[chat].Change.Channel)])
	case "review_form":
		q.pressAny(chat)
		q.say(chat, "Зарегистрироваться")
	default:
		q.pressAny(chat)
	}
}

// pressOffered presses a button where it is offered.
func (q *quarrel) pressOffered(chat int64, e flows.Event) {
	for _, row := range q.stands[chat].Buttons {
		for _, b := range row {
			if b.Event == e {
				q.press(chat, e)
			}
		}
	}
}

// enter fills the form and submits it, with «Это мой номер» where it is offered.
func (q *quarrel) enter(chat int64, phone, email string) {
	if q.chats[chat].Form.Until != 0 {
		q.say(chat, "Физическое лицо")
		q.say(chat, "Регистрация")
		return
	}
	q.say(chat, "/start")
	q.say(chat, "Физическое лицо")
	q.say(chat, "Регистрация")
	q.say(chat, "Согласен")
	for _, text := range []string{"Соколова", "Анна", "Петровна", phone, email} {
		q.say(chat, text)
	}
	q.say(chat, q.last[chat][flows.RefCaptcha])
	for _, text := range []string{"Принимаю", "Зарегистрироваться", "Это мой номер", "Это моя почта", "Зарегистрироваться"} {
		if q.chats[chat].State == "ask_agreement" || q.chats[chat].State == "review_form" {
			q.say(chat, text)
		}
	}
}

// knock asks for the way back to an account.
func (q *quarrel) knock(chat int64, phone, email string) {
	q.say(chat, "/start")
	q.say(chat, "Физическое лицо")
	q.say(chat, "Войти")
	q.say(chat, phone)
	q.say(chat, email)
}

// pressAny presses a button of the last question.
func (q *quarrel) pressAny(chat int64) {
	if len(q.stands[chat].Buttons) == 0 {
		return
	}
	var all []flows.Button
	for _, row := range q.stands[chat].Buttons {
		all = append(all, row...)
	}
	b := all[rapid.IntRange(0, len(all)-1).Draw(q.rt, "button")]
	q.turn(chat, flows.Turn{Kind: flows.Pressed, Event: b.Event, Arg: b.Arg, Dialog: q.stands[chat].Dialog, Revision: q.stands[chat].Revision, Message: 7})
}

// settle demands that nobody is locked out for good: once what hangs in the
// air is over, every account can be recovered by its contacts, every other
// contact can be registered, by a newcomer and by those who quarrelled.
func (q *quarrel) settle() {
	for len(q.news) > 0 {
		q.hear()
	}
	for _, wait := range []time.Duration{72 * time.Hour, 8 * 24 * time.Hour} { // registrations end, then forms
		q.now = q.now.Add(wait)
		q.wake()
	}
	newcomer := int64(100)
	var free [2][]string
	for i, list := range [][]string{phones, emails} {
		for _, v := range list {
			if q.ledger.Owner(flows.Contact{Channel: flows.Channel(i + 1), Value: v}) == (flows.Owner{}) {
				free[i] = append(free[i], v)
			}
		}
	}
	for _, a := range slices.Clone(q.ledger.Accounts) {
		if a.Number == 0 {
			continue
		}
		newcomer++
		q.knock(newcomer, string(a.Phone), string(a.Email))
		q.prove(newcomer, a.Number)
	}
	for len(q.news) > 0 {
		q.hear()
	}
	for i := range min(len(free[0]), len(free[1])) {
		chat := int64(i + 1) // whose account has just been recovered elsewhere, or who never had one
		if q.chats[chat].Account != 0 {
			q.rt.Fatalf("chat %d was not closed", chat)
		}
		q.enter(chat, free[0][i], free[1][i])
		q.prove(chat, 0)
	}
}

// prove enters both codes and demands that an account is open.
func (q *quarrel) prove(chat int64, number uint64) {
	q.say(chat, q.last[chat][flows.RefPhoneCode])
	q.say(chat, q.last[chat][flows.RefEmailCode])
	if c := q.chats[chat]; c.State != "main_menu" || number != 0 && c.Account != number {
		q.rt.Fatalf("chat %d is locked out, in %s", chat, c.State)
	}
}
