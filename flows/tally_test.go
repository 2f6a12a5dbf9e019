package flows_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"mvkbot/flows"
)

// total adds up a counter over all days.
func (w *town) total(c flows.Counter) (n uint64) {
	for _, day := range w.ledger.Counts {
		n += day[c]
	}
	return n
}

// funnel is how many came to each stage.
func (w *town) funnel() (counts []uint64) {
	for g := flows.StageCame; g <= flows.StageBound; g++ {
		counts = append(counts, w.total(g.Counter()))
	}
	return counts
}

// miscounted tells which stage counted more people than there were, "" for
// none. Whoever deleted the account, or left its chat, may have come twice.
func (w *town) miscounted() string {
	people := uint64(len(w.chats)) + w.total(flows.ActionCounter(flows.ActionDeleted)) + w.total(flows.ActionCounter(flows.ActionMoved))
	for g := flows.StageCame; g <= flows.StageBound; g++ {
		if n := w.total(g.Counter()); n > people {
			return fmt.Sprintf("%s counted %d of %d people", g.Counter(), n, people)
		}
	}
	for chat, c := range w.chats {
		if c.Account != 0 && c.Registration.Submitted == 0 && c.Reached != 0 && c.Reached < flows.StageOpened {
			return fmt.Sprintf("chat %d has an account and is said to have come to stage %d", chat, c.Reached)
		}
	}
	return ""
}

func housesOf(numbers ...flows.Number) map[flows.Number]flows.Contract {
	all := map[flows.Number]flows.Contract{}
	for _, n := range numbers {
		all[n] = flows.Contract{Number: n, Kind: flows.KindHouse, Holder: flows.HolderPerson, Status: flows.StatusActive}
	}
	return all
}

func (w *town) bindHouse(chat int64, n flows.Number) {
	w.press(chat, "bind_pressed")
	w.press(chat, "house_pressed")
	w.say(chat, string(n))
	w.press(chat, "confirm_pressed")
}

// Ensure that every stage counts a person once, when it is passed: not again on
// the way back, in the review, or at the second contract.
func TestTally_Funnel(t *testing.T) {
	w := newTown(t)
	w.ledger.Contracts = housesOf("100", "200")
	want := make([]uint64, flows.StageBound)
	passed := func(g flows.Stage) {
		t.Helper()
		for i := range g {
			want[i] = 1
		}
		if got := w.funnel(); !slices.Equal(got, want) {
			t.Fatalf("counted %v, want %v", got, want)
		}
	}
	w.say(1, "/start")
	passed(flows.StageCame)
	w.press(1, "person_pressed")
	passed(flows.StageCame)
	w.press(1, "register_pressed")
	passed(flows.StageStarted)
	w.press(1, "consent_given")
	passed(flows.StageConsent)
	for i, text := range []string{"Соколова", "Анна", "Петровна", "+79161234567", "anna@mail.ru"} {
		w.say(1, "0")
		passed(flows.StageConsent + flows.Stage(i))
		w.say(1, text)
		passed(flows.StageSurname + flows.Stage(i))
		w.say(1, "Назад")
		w.press(1, "kept_pressed")
		passed(flows.StageSurname + flows.Stage(i))
	}
	w.report(flows.Delivered)
	w.say(1, w.last[1][flows.RefCaptcha])
	passed(flows.StageCaptcha)
	w.press(1, "agreement_given")
	w.press(1, "surname_pressed")
	w.say(1, "Соколова-Белая")
	passed(flows.StageAgreement)
	w.press(1, "submit_pressed")
	w.report(flows.Delivered)
	passed(flows.StageSubmitted)
	w.say(1, w.last[1][flows.RefPhoneCode])
	passed(flows.StagePhoneProven)
	w.say(1, w.last[1][flows.RefEmailCode])
	passed(flows.StageOpened)
	w.bindHouse(1, "100")
	passed(flows.StageBound)
	w.bindHouse(1, "200")
	passed(flows.StageBound)
	for c, n := range map[flows.Counter]uint64{
		flows.ActionCounter(flows.ActionRegistered): 1, flows.ActionCounter(flows.ActionVerified): 2, flows.ActionCounter(flows.ActionOpened): 1, flows.ActionCounter(flows.ActionBound): 2,
		flows.SMSSent: 1, flows.SMSUsed: 1, flows.MailSent: 1, flows.MailUsed: 1,
	} {
		if w.total(c) != n {
			t.Errorf("%s is %d, want %d", c, w.total(c), n)
		}
	}
}

// Ensure that the way back to an account counts nobody as a registration, and
// that who deleted the account and registers again counts again, but for coming.
func TestTally_FunnelOfOthers(t *testing.T) {
	w := newTown(t)
	w.ledger.Contracts = housesOf("100", "200")
	w.join(1, "+79161234567", "anna@mail.ru")
	w.bindHouse(1, "100")
	before := w.funnel()
	w.say(2, "/start")
	w.press(2, "person_pressed")
	w.press(2, "login_pressed")
	w.say(2, "+79161234567")
	w.say(2, "anna@mail.ru")
	w.say(2, w.last[2][flows.RefPhoneCode])
	w.say(2, w.last[2][flows.RefEmailCode])
	w.bindHouse(2, "200")
	before[0]++
	if got := w.funnel(); w.chats[2].Account == 0 || !slices.Equal(got, before) {
		t.Fatalf("after the move %v, want %v", got, before)
	}
	w.press(2, "data_pressed")
	w.press(2, "delete_pressed")
	w.press(2, "delete_confirmed")
	w.press(2, "account_deleted")
	w.register(2, "+79161234568", "inna@mail.ru")
	for i := 1; i < int(flows.StageSubmitted); i++ {
		before[i]++
	}
	if got := w.funnel(); !slices.Equal(got, before) {
		t.Errorf("after the second life %v, want %v", got, before)
	}
}

// Ensure that what a person took to finish is counted in a bucket that is right
// within a tenth, at both ends of the way.
func TestTally_Took(t *testing.T) {
	for _, took := range []time.Duration{
		time.Second, 3 * time.Second, 100 * time.Second, 11 * time.Minute, 3 * time.Hour, 20 * time.Hour, 3 * 24 * time.Hour, 6*24*time.Hour + 20*time.Hour,
	} {
		w := newTown(t)
		w.ledger.Contracts = housesOf("100")
		w.say(1, "/start")
		w.press(1, "person_pressed")
		w.now = w.now.Add(time.Hour) // to look around is not to fill in the form
		w.press(1, "register_pressed")
		w.press(1, "consent_given")
		w.now = w.now.Add(took)
		for _, text := range []string{"Соколова", "Анна", "нет", "+79161234567", "anna@mail.ru"} {
			w.say(1, text)
		}
		w.report(flows.Delivered)
		w.say(1, w.last[1][flows.RefCaptcha])
		w.press(1, "agreement_given")
		w.press(1, "submit_pressed")
		w.say(1, w.last[1][flows.RefPhoneCode])
		w.say(1, w.last[1][flows.RefEmailCode])
		w.bindHouse(1, "100")
		for _, g := range []flows.Stage{flows.StageOpened, flows.StageBound} {
			found := 0
			for i := range flows.Buckets {
				if n := w.total(g.Took(i)); n > 0 {
					found += int(n)
					if off := flows.BucketTime(i).Seconds() / took.Seconds(); off < 0.9 || off > 1.1 {
						t.Errorf("%v is counted as %v", took, flows.BucketTime(i))
					}
				}
			}
			if found != 1 {
				t.Errorf("%v is counted %d times at %s", took, found, g.Counter())
			}
		}
	}
}

// Ensure that a day is a day of the bot's time zone.
func TestTally_Day(t *testing.T) {
	w := newTown(t)
	w.now = time.Date(2026, 11, 22, 21, 30, 0, 0, time.UTC) // half past midnight in Moscow
	w.say(1, "/start")
	want := flows.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, moscow()))
	if got := slices.Collect(maps.Keys(w.ledger.Counts)); len(got) != 1 || got[0] != want || want.Date().Format(time.DateOnly) != "2026-11-23" {
		t.Errorf("counted on %v, want %v", got, want)
	}
}
