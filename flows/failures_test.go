package flows_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that what stops a resident is counted by its reason, and nothing else is.
func TestTally_Failures(t *testing.T) {
	atEmail := func(w *town) {
		w.say(1, "/start")
		w.press(1, "person_pressed")
		w.press(1, "register_pressed")
		w.press(1, "consent_given")
		for _, text := range []string{"Соколова", "Анна", "нет", "+79161234567"} {
			w.say(1, text)
		}
	}
	registered := func(w *town) { w.register(1, "+79161234567", "anna@mail.ru") }
	joined := func(w *town) { w.join(1, "+79161234567", "anna@mail.ru") }
	wait := func(d time.Duration) func(*town) {
		return func(w *town) { w.now = w.now.Add(d); w.wake() }
	}
	say := func(texts ...string) func(*town) {
		return func(w *town) {
			for _, text := range texts {
				w.say(1, text)
			}
		}
	}
	press := func(events ...flows.Event) func(*town) {
		return func(w *town) {
			for _, e := range events {
				w.press(1, e)
			}
		}
	}
	report := func(o flows.Outcome) func(*town) { return func(w *town) { w.report(o) } }
	house := func(number string) []func(*town) {
		return []func(*town){joined, press("bind_pressed", "house_pressed"), say(number), press("confirm_pressed")}
	}
	for _, tt := range []struct {
		name string
		do   []func(*town)
		want string // counters without their prefix, in order, with how often
	}{
		{"nothing", []func(*town){joined}, ""},
		{"phone", []func(*town){atEmail, press("back_pressed"), say("84957633434", "12")}, "phone_landline phone_short"},
		{"same fault twice", []func(*town){atEmail, say("anna", "inna")}, "email_at email_at"},
		{"captcha", []func(*town){atEmail, say("anna@mail.ru", "12", "00000")}, "captcha_malformed captcha_wrong"},
		{"captcha's pause", []func(*town){atEmail, say("anna@mail.ru", "00000", "00000", "00000", "00000", "00000")},
			"captcha_paused captcha_wrong captcha_wrong captcha_wrong captcha_wrong"},
		{"form left", []func(*town){atEmail, say("/cancel", "Да, выйти")}, "form_left"},
		{"form expired", []func(*town){atEmail, wait(8 * 24 * time.Hour)}, "form_expired"},
		{"contacts taken", []func(*town){registered, func(w *town) { w.fill(2, "+79161234567", "anna@mail.ru"); w.press(2, "submit_pressed") }},
			"taken_registration taken_registration"},
		{"wrong code", []func(*town){registered, say("000000", "1")}, "code_malformed code_wrong"},
		{"dead code", []func(*town){registered, wait(11 * time.Minute), say("000000")}, "code_dead"},
		{"too early", []func(*town){registered, press("resend_pressed")}, "resend_early"},
		{"budget of a contact", []func(*town){
			registered, wait(2 * time.Minute), press("resend_pressed"), wait(5 * time.Minute), press("resend_pressed"), wait(6 * time.Minute), press("resend_pressed"),
		}, "over_contact"},
		{"given up", []func(*town){registered, say("/cancel", "Удалить регистрацию")}, "registration_given_up"},
		{"purged", []func(*town){registered, wait(50 * time.Hour)}, "registration_purged"},
		{"unknown contract", house("999"), "binding_not_found"},
		{"company", house("300"), "binding_company"},
		{"closed", house("400"), "binding_closed"},
		{"gateway refuses", []func(*town){func(w *town) { w.fill(1, "+79161234567", "anna@mail.ru"); w.press(1, "submit_pressed") }, report(flows.Refused)},
			"mail_refused sms_refused"},
		{"gateway is down", []func(*town){func(w *town) { w.fill(1, "+79161234567", "anna@mail.ru"); w.press(1, "submit_pressed") }, report(flows.Unsent)},
			"mail_unsent sms_unsent"},
		{"replaced before it left", []func(*town){
			func(w *town) { w.fill(1, "+79161234567", "anna@mail.ru"); w.press(1, "submit_pressed") },
			wait(2 * time.Minute), press("resend_pressed"), func(w *town) { w.open = w.open[:1] }, report(flows.Unsent),
		}, ""},
		{"answer is lost", []func(*town){func(w *town) { w.fill(1, "+79161234567", "anna@mail.ru"); w.press(1, "submit_pressed") }, report(flows.Unknown)}, ""},
		{"way back to nobody's account", []func(*town){say("/start"), press("person_pressed", "login_pressed"), say("+79161234567", "anna@mail.ru"), func(w *town) {
			ref := flows.Ref{Kind: flows.RefAccessPhone, Serial: w.chats[1].Access.PhoneCode.Serial}
			w.turn(1, flows.Turn{Kind: flows.Reported, Ref: ref, Outcome: flows.Unsent, Text: "+79161234567"})
		}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t)
			w.ledger.Contracts = housesOf("300", "400")
			company, closed := w.ledger.Contracts["300"], w.ledger.Contracts["400"]
			company.Holder, closed.Status = flows.HolderCompany, flows.StatusClosed
			w.ledger.Contracts["300"], w.ledger.Contracts["400"] = company, closed
			for _, do := range tt.do {
				do(w)
			}
			if got := w.failures(); got != tt.want {
				t.Errorf("counted %q, want %q", got, tt.want)
			}
		})
	}
}

// failures are the reasons that were counted, each as often as it was.
func (w *town) failures() string {
	var list []string
	seen := map[flows.Counter]uint64{}
	for _, day := range w.ledger.Counts {
		for c, n := range day {
			seen[c] += n
		}
	}
	for _, c := range slices.Sorted(maps.Keys(seen)) {
		if why, ok := strings.CutPrefix(string(c), string(flows.Failure)); ok {
			for range seen[c] {
				list = append(list, why)
			}
		}
	}
	return strings.Join(list, " ")
}
