package flows

import (
	"crypto/subtle"
	"strconv"
	"time"
)

// captchaDigits is the length of a captcha's answer (SPEC §2.2).
const captchaDigits = 5

func (s *Scene) wrongBudget() Budget { return Budget{"captcha_wrong", strconv.FormatInt(s.c.Chat, 10)} }
func (s *Scene) freshBudget() Budget { return Budget{"captcha_fresh", strconv.FormatInt(s.c.Chat, 10)} }

// openCaptcha asks for the picture that still waits for its answer, so that
// going back and forth draws no more pictures than «Обновить» may; else for a new one.
func openCaptcha(s *Scene) {
	if c := &s.c.Captcha; c.Answer == "" || c.late(s.t.At) {
		newCaptcha(s)
	}
}

// late reports whether a picture has lived its time.
func (c *Captcha) late(at time.Time) bool { return c.Until != 0 && at.Unix() >= c.Until }

// newCaptcha puts a new picture in place of the old one. A refresh shows it in
// the message whose button was pressed.
func newCaptcha(s *Scene) {
	answer := s.digits("captcha", captchaDigits)
	if s.rules.TestCaptcha != "" {
		answer = s.rules.TestCaptcha
	}
	s.c.Captcha = Captcha{Answer: answer, Seed: s.random("picture", 0), Serial: s.serial()}
	if s.t.Kind == Pressed && s.t.Event == refreshPressed {
		s.replace = s.t.Message
	}
}

func forgetCaptcha(s *Scene) { s.c.Captcha = Captcha{} }

func captchaPicture(s *Scene) Attachment {
	return Attachment{Kind: CaptchaPicture, Answer: s.c.Captcha.Answer, Seed: s.c.Captcha.Seed}
}

func captchaRef(s *Scene) Ref { return Ref{Kind: RefCaptcha, Serial: s.c.Captcha.Serial} }

// readCaptcha judges an answer. A picture has one answer and lives a while from
// its delivery; what is not five digits is asked again, uncounted.
func readCaptcha(s *Scene) Event {
	code, ok := parseCode(s.t.Text, captchaDigits)
	if !ok {
		return captchaMalformed
	}
	if s.c.Captcha.late(s.t.At) {
		return captchaLate
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(s.c.Captcha.Answer)) == 1 {
		return captchaSolved
	}
	s.spend(s.wrongBudget(), 0)
	if !s.openAt(s.wrongBudget(), limit{s.rules.CaptchaTries, time.Hour}).IsZero() {
		s.pauseCaptcha()
		return captchaBlocked
	}
	return captchaWrong
}

// refresh decides whether a new picture may be drawn on the resident's wish.
func refresh(s *Scene) Event {
	if !s.openAt(s.freshBudget(), limit{s.rules.CaptchaFresh, time.Hour}).IsZero() {
		s.pauseCaptcha()
		return captchaBlocked
	}
	s.spend(s.freshBudget(), 0)
	return captchaRefreshed
}

func (s *Scene) pauseCaptcha() {
	s.c.Limits.CaptchaUntil = s.t.At.Add(s.rules.CaptchaPause).Unix()
}

func (s *Scene) paused() bool { return s.t.At.Unix() < s.c.Limits.CaptchaUntil }

// toCaptcha decides whether the next step is the captcha or its pause, once
// what the button means is done.
func toCaptcha(do ...func(*Scene)) Decision {
	return Decision{Into: []Event{emailGiven, captchaBlocked}, By: func(s *Scene) Event {
		for _, f := range do {
			f(s)
		}
		if s.paused() {
			return captchaBlocked
		}
		if s.c.Limits.CaptchaUntil != 0 {
			s.countAnew()
		}
		return emailGiven
	}}
}

func pauseArgs(s *Scene) Args { return Args{Until: s.unix(s.c.Limits.CaptchaUntil)} }

func stillWaiting(s *Scene) Event {
	if s.paused() {
		return stillPaused
	}
	return pauseOver
}

func endPause(s *Scene) {
	s.countAnew()
	newCaptcha(s)
}

// countAnew forgets what led to the pause: without it the next wrong answer
// would pause again.
func (s *Scene) countAnew() {
	s.c.Limits.CaptchaUntil = 0
	s.l.SetUsage(s.wrongBudget(), Usage{})
	s.l.SetUsage(s.freshBudget(), Usage{})
}

// speak decides whether the picture is spoken: each recording counts as a new
// picture, and one that is too late is not spoken any more.
func speak(s *Scene) Event {
	if s.c.Captcha.late(s.t.At) {
		return captchaLate
	}
	if refresh(s) == captchaBlocked {
		return captchaBlocked
	}
	return speakPressed
}

// speakCaptcha speaks the same digits beside the picture.
func speakCaptcha(s *Scene) {
	s.out = append(s.out, Say{Text: "reg.captcha_spoken", Attach: Attachment{
		Kind: CaptchaSpeech, Answer: s.c.Captcha.Answer, Seed: s.c.Captcha.Seed,
	}})
	s.silent = true
}
