package flows

import "time"

// isHelp reports whether a text asks for the instruction, by the command or by
// the caption of its button; both work at every step.
func (s *Scene) isHelp() bool {
	return command(s.t.Text) == "/help" || s.wrote("button.help")
}

// help shows the instruction and asks the question that stands again.
func (s *Scene) help() {
	s.say("help", s.clock())
	s.repeat("")
}

// privacy tells what is kept, for how long and whom to ask.
func (s *Scene) privacy() {
	a := s.clock()
	a.Within, a.Wait, a.N, a.Account = s.rules.VerifyWithin, s.rules.FormLife, int(s.c.Chat), s.c.Account
	s.say("privacy", a)
	s.repeat("")
}

// clock tells the times that the instruction names.
func (s *Scene) clock() Args {
	y, m, d := s.t.At.In(s.rules.Location).Date()
	return Args{Wait: s.rules.VerifyWithin, Night: time.Date(y, m, d, 0, 0, 0, 0, s.rules.Location).Add(s.rules.PurgeAt)}
}
