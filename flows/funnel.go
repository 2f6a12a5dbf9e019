package flows

import (
	"math"
	"strconv"
	"time"
)

// Stage is how far a person came on the way to a bound contract. It is stored:
// numbers are never given to another stage.
type Stage uint8

// The stages of the funnel, in the order in which they are passed. Each counts
// a person once. Whoever deleted the account and begins again counts again,
// from StageStarted on: of a deleted account nothing is kept, that it was
// counted neither. Who came back to an account from a new chat counts there
// with StageCame only.
const (
	StageCame        Stage = iota + 1 // wrote to the bot
	StageStarted                      // asked to register
	StageConsent                      // consented to the processing of data
	StageSurname                      // gave a right surname
	StageName                         // a right name
	StagePatronymic                   // a right patronymic, or has none
	StagePhone                        // a right phone
	StageEmail                        // a right e-mail
	StageCaptcha                      // solved the captcha
	StageAgreement                    // accepted the agreement
	StageSubmitted                    // submitted the form
	StagePhoneProven                  // proved the phone
	StageOpened                       // proved the e-mail: the account is open
	StageBound                        // bound the first contract
)

var stageCounters = [...]Counter{
	StageCame: "funnel.came", StageStarted: "funnel.started", StageConsent: "funnel.consent",
	StageSurname: "funnel.surname", StageName: "funnel.name", StagePatronymic: "funnel.patronymic",
	StagePhone: "funnel.phone", StageEmail: "funnel.email", StageCaptcha: "funnel.captcha",
	StageAgreement: "funnel.agreement", StageSubmitted: "funnel.submitted",
	StagePhoneProven: "funnel.phone_proven", StageOpened: "funnel.opened", StageBound: "funnel.bound",
}

// Counter is the counter of who reached the stage.
func (g Stage) Counter() Counter { return stageCounters[g] }

// stages are the answers that lead to a stage. A mended field is no new one, and
// the way back to an account asks the same things for another end.
var stages = map[State]map[Event]Stage{
	section:        {formBegun: StageStarted},
	consent:        {consentGiven: StageConsent},
	askSurname:     {surnameGiven: StageSurname},
	askName:        {nameGiven: StageName},
	askPatronymic:  {patronymicGiven: StagePatronymic, skipPressed: StagePatronymic},
	askPhone:       {phoneGiven: StagePhone},
	askEmail:       {emailGiven: StageEmail, captchaBlocked: StageEmail},
	suggestEmail:   {emailGiven: StageEmail, captchaBlocked: StageEmail},
	askCaptcha:     {captchaSolved: StageCaptcha},
	askAgreement:   {agreementGiven: StageAgreement},
	reviewForm:     {submitted: StageSubmitted},
	enterPhoneCode: {codeRight: StagePhoneProven, emailGone: StagePhoneProven, bothProven: StageOpened},
	enterEmailCode: {codeRight: StageOpened},
	reviewBinding:  {bound: StageBound},
	askApartment:   {bound: StageBound},
}

// reach notes that the person came to a stage. One that was spared them, as by
// a contact that staff took for proven, is passed as well. The two ends of the
// way count the time that it took, too.
func (s *Scene) reach(g Stage) {
	if g <= s.c.Reached {
		return
	}
	first := g
	if s.c.Reached != 0 {
		first = s.c.Reached + 1
	}
	s.c.Reached = g
	for ; first <= g; first++ {
		s.tally(first.Counter())
	}
	if (g == StageOpened || g == StageBound) && s.c.Began != 0 {
		s.tally(g.Took(bucketOf(s.t.At.Sub(time.Unix(s.c.Began, 0)))))
	}
	if g == StageBound {
		s.c.Began = 0
	}
}

// passed takes over that the person of an account was counted in another chat.
func (s *Scene) passed(account uint64) {
	s.c.Reached = StageOpened
	if len(s.l.Bindings(account)) > 0 {
		s.c.Reached = StageBound
	}
}

// Times to finish are counted in buckets, each reaching 15 % further than the
// one before; the last takes all that took longer than a week.
const (
	bucketsPerDoubling = 5
	Buckets            = 97
)

func bucketOf(took time.Duration) int {
	return min(int(math.Log2(max(1, took.Seconds()))*bucketsPerDoubling), Buckets-1)
}

// BucketTime is a time of which all in a bucket are within 8 %.
func BucketTime(bucket int) time.Duration {
	return time.Duration(math.Exp2((float64(bucket)+0.5)/bucketsPerDoubling) * float64(time.Second))
}

// Took is the counter of those who took a bucket's time from the beginning of
// the form to the stage. Only StageOpened and StageBound have such counters.
func (g Stage) Took(bucket int) Counter {
	return "took." + g.Counter()[len("funnel."):] + "." + Counter(strconv.Itoa(bucket))
}
