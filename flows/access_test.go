package flows_test

import (
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/flowtest"
)

// pair is what «Войти» is asked for.
type pair struct{ phone, email string }

func (p pair) hide() *strings.Replacer {
	phone, email := flows.Phone(p.phone), flows.Email(p.email)
	return strings.NewReplacer(
		phone.Pretty(), "(phone)", phone.Masked(), "(phone)", p.phone, "(phone)",
		p.email, "(email)", email.Masked(), "(email)",
	)
}

// accessWalks are what residents and thieves do with «Войти», each with all
// that can go wrong. {phone} and {email} are the pair.
var accessWalks = map[string]string{
	"wrong codes until none is left": `access: {phone} {email}
user: 12345
user: {wrong}
user: {wrong}
user: {wrong}
user: {wrong}
user: {wrong}
user: {wrong}
press: Отправить повторно
wait: 61s
press: Отправить повторно
user: {wrong}
user: /help
user: /start
send: voice
user: /cancel
press: Нет, остаться
wait: 30m
user: {wrong}`,
	"resends until the budget is spent": `access: {phone} {email}
wait: 61s
press: Отправить повторно
wait: 2m
press: Отправить повторно
wait: 5m
press: Отправить повторно
user: /cancel
press: Да, выйти
press: Войти
user: {phone}
user: {email}
wait: 2h
press: Войти
user: {phone}
user: {email}`,
	"a code as old as it gets": `gateway: slow
access: {phone} {email}
wait: 40s
report: delivered
wait: 559s
user: {wrong}
wait: 1s
user: {wrong}
gateway: up
press: Отправить повторно
wait: 599s
user: {wrong}
wait: 1s
user: {wrong}`,
	"nothing leaves the bot": `gateway: down
access: {phone} {email}
user: {wrong}
press: Отправить повторно
wait: 61s
press: Отправить повторно
wait: 2m
press: Отправить повторно
wait: 15m
press: Отправить повторно`,
	"nobody knows what left": `gateway: lost
access: {phone} {email}
wait: 10m
user: {wrong}
press: Отправить повторно
user: {wrong}`,
	"reports that come late": `gateway: slow
access: {phone} {email}
wait: 61s
press: Отправить повторно
report: unsent
user: {wrong}
press: Назад
press: Назад
press: Назад
report: delivered`,
	"back and forth": `access: {phone} {email}
press: Назад
user: {email}
press: Назад
press: Назад
user: {phone}
user: {email}
user: {wrong}
press: Назад
press: Назад
press: Назад`,
	"the contact's budget": `rule: contact_hourly=1
access: {phone} {email}
wait: 61s
press: Отправить повторно
as: another
access: {phone} {email}`,
	"the address's budget": `rule: contact_hourly=1
access: +79990000001 {email}
user: /cancel
press: Да, выйти
press: Войти
user: {phone}
user: {email}`,
	"the user's budget": `rule: user_sms_daily=1
access: {phone} {email}
wait: 61s
press: Отправить повторно`,
	"the user's numbers": `rule: user_phones=1
access: +79990000001 {email}
user: /cancel
press: Да, выйти
press: Войти
user: {phone}
user: {email}`,
	"the block's budget": `rule: block_hourly=1
access: {phone} {email}
wait: 61s
press: Отправить повторно`,
	"the day's budget": `rule: sms_per_day=2
access: {phone} {email}
wait: 61s
press: Отправить повторно
wait: 2m
press: Отправить повторно`,
}

// walk plays a walk in a city with two accounts and returns what the resident
// sees, with the pair hidden.
func walk(t *testing.T, script string, p pair) string {
	t.Helper()
	const city = "as: anna\nmember: +79161112233 anna@mail.ru\nas: boris\nmember: +79035556677 boris@mail.ru\nwait: 25h\nas: new\n"
	played, err := flowtest.NewPlayer(newWorld(t), testRules(), testTexts()).
		Play(city + strings.NewReplacer("{phone}", p.phone, "{email}", p.email).Replace(script))
	if err != nil {
		t.Fatal(err)
	}
	_, seen, _ := strings.Cut(played, "as: new\n")
	var lines []string
	outside := false // a SMS or a letter, which only their owner sees
	for _, line := range strings.Split(seen, "\n") {
		if !strings.HasPrefix(line, "  |") {
			outside = strings.HasPrefix(line, "  sms ") || strings.HasPrefix(line, "  mail ")
		}
		if !outside {
			lines = append(lines, line)
		}
	}
	return p.hide().Replace(strings.Join(lines, "\n"))
}

// Ensure that «Войти» says the same, word for word, whether the contacts are
// an account's or nobody's (SPEC §2.7).
func TestAccess_SameWords(t *testing.T) {
	known := pair{"+79161112233", "anna@mail.ru"}
	strangers := map[string]pair{
		"nobody's":            {"+79251112233", "olga@mail.ru"},
		"an account's phone":  {"+79161112233", "olga@mail.ru"},
		"an account's e-mail": {"+79251112233", "anna@mail.ru"},
		"of two accounts":     {"+79161112233", "boris@mail.ru"},
	}
	for name, script := range accessWalks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := walk(t, script, known)
			if !strings.Contains(want, "шаг") {
				t.Fatal("the walk shows nothing")
			}
			for whose, p := range strangers {
				if line, g, w := flowtest.FirstDifference(walk(t, script, p), want); line != 0 {
					t.Errorf("%s, line %d:\n stranger: %s\n    known: %s", whose, line, g, w)
				}
			}
		})
	}
}

// asks is a ledger that forgets what a step writes, so that every step of a
// benchmark is the first.
type asks struct{ *flowtest.Ledger }

func (asks) SetUsage(flows.Budget, flows.Usage) {}

// The two must take the same time but for noise: the step that sends both codes, or
// does as if.
func BenchmarkAccess(b *testing.B) {
	engine, ledger := testEngine(), flowtest.NewLedger()
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, moscow())
	const phone, email = "+79161234567", "anna@mail.ru"
	number := ledger.OpenAccount(flows.Account{Chat: 7, Phone: phone, Email: email})
	ledger.SetOwner(flows.Contact{Channel: flows.ByPhone, Value: phone}, flows.Owner{Account: number})
	ledger.SetOwner(flows.Contact{Channel: flows.ByEmail, Value: email}, flows.Owner{Account: number})
	for _, whose := range []struct {
		name string
		pair
	}{{"known", pair{phone, email}}, {"unknown", pair{"+79167654321", "olga@mail.ru"}}} {
		b.Run(whose.name, func(b *testing.B) {
			c := flows.Conversation{Chat: 8, State: "access_email", Access: flows.Access{Phone: flows.Phone(whose.phone), Until: at.Unix() + 1800, From: "section"}}
			b.ReportAllocs()
			for b.Loop() {
				next, _, err := engine.Step(c, flows.Turn{Kind: flows.Said, Text: whose.email, At: at}, asks{ledger})
				if err != nil || next.State != "access_phone_code" {
					b.Fatal(next.State, err)
				}
			}
		})
	}
}

// Ensure that no code leaves the bot for contacts of no account, nor for a phone
// that was replaced.
func TestAccess_Live(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	codes := func(effects []flows.Effect) (live []bool) {
		c := w.chats[2]
		for _, e := range effects {
			switch e := e.(type) {
			case flows.SMS:
				live = append(live, c.Live(e.Report))
			case flows.Mail:
				live = append(live, c.Live(e.Report))
			}
		}
		return live
	}
	for _, text := range []string{"/start", "Физическое лицо", "Войти", "+79161234567"} {
		w.say(2, text)
	}
	known := w.say(2, "anna@mail.ru")
	if got := codes(known); len(got) != 2 || !got[0] || !got[1] {
		t.Errorf("codes to an account: live %v", got)
	}
	w.say(2, "Назад")
	w.say(2, "Назад")
	w.say(2, "+79167654321")
	if got := codes(known); got[0] || got[1] {
		t.Errorf("codes to contacts that were replaced: live %v", got)
	}
	if got := codes(w.say(2, "anna@mail.ru")); len(got) != 2 || got[0] || got[1] {
		t.Errorf("codes to nobody: live %v", got)
	}
}
