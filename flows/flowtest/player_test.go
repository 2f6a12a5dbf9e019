package flowtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/flowtest"
	"mvkbot/flows/text"
)

// world is the smallest world a transcript can play in.
type world struct {
	*flowtest.Ledger
	chats map[int64]flows.Conversation
}

func (w world) Turn(chat int64, step func(flows.Conversation, flows.Ledger) (flows.Conversation, []flows.Effect, error)) ([]flows.Effect, error) {
	c := w.chats[chat]
	c.Chat = chat
	next, effects, err := step(c, w.Ledger)
	w.chats[chat] = next
	return effects, err
}

func (w world) Due(at time.Time) (due []int64, err error) {
	for chat, c := range w.chats {
		if d := c.Deadline(); !d.IsZero() && !d.After(at) {
			due = append(due, chat)
		}
	}
	return due, nil
}

func (w world) AddContract(c flows.Contract) { w.Contracts[c.Number] = c }
func (w world) SetNow(time.Time)             {}

func play(t *testing.T, script string) (string, error) {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.New(moscow)
	if err != nil {
		t.Fatal(err)
	}
	rules := flows.DefaultRules(moscow)
	rules.Consent = flows.ParseTerms("1\nТекст согласия.")
	rules.Agreement = flows.ParseTerms("1\nТекст соглашения.")
	return flowtest.NewPlayer(world{flowtest.NewLedger(), map[int64]flows.Conversation{}}, rules, texts).Play(script)
}

// Ensure that the transcripts play alike over a ledger in memory and over the storage.
func TestPlay_Memory(t *testing.T) {
	for _, name := range []string{
		"registration_and_flat", "bind_holders_told", "contracts_pages", "purge_verified_contact", "sms_unsent",
		"budget_minute", "pumping", "change_email", "captcha_refresh", "buttons_twice",
	} {
		want, err := os.ReadFile(filepath.Join("..", "testdata", name+".chat"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := play(t, string(want)); err != nil || got != string(want) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// Ensure that a script that cannot be played is refused with its line.
func TestPlay_BadScripts(t *testing.T) {
	for script, want := range map[string]string{
		"sing: a song":     "unknown verb",
		"press: Назад":     "no button",
		"user: \"unended":  "invalid syntax",
		"wait: long":       "invalid duration",
		"until: tomorrow":  "cannot parse",
		"clock: tomorrow":  "cannot parse",
		"contract: 1 flat": "want NUMBER",
		"contract: ? flat - person active Дом":   "bad number",
		"rule: colour=blue":                      "unknown rule",
		"rule: sms_per_day=many":                 "invalid syntax",
		"rule: form_life=long":                   "invalid duration",
		"report: done":                           "want delivered",
		"form: +79161234567":                     "want PHONE EMAIL",
		"form: 123 anna@mail.ru":                 "no button",
		"crowd: many":                            "expected integer",
		"bound: all":                             "expected integer",
		"user: /start\nuser: /start\nold: Чужая": `line 3: "old: Чужая"`,
	} {
		if _, err := play(t, script); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", script, err, want)
		}
	}
}
