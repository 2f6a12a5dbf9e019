package flows

// What is not about a resident's own account is sent to whoever did not opt out,
// by a button under every broadcast.
const (
	newsOff        Event = "news_off"
	newsOffCaption Text  = "button.news_off"
)

const (
	newsStopped Event = "news_stopped"
	newsWanted  Event = "news_wanted"
)

// newsButton is the button in «Мои данные» that turns news off or on.
var newsButton = []Choice{
	{Caption: "button.news_stop", Event: newsStopped, When: wantsNews},
	{Caption: "button.news_start", Event: newsWanted, When: func(s *Scene) bool { return !wantsNews(s) }},
}

func wantsNews(s *Scene) bool { return !s.l.Account(s.c.Account).NoNews }

// setNews notes whether the resident wants news.
func setNews(wanted bool) func(*Scene) {
	return func(s *Scene) {
		a := s.l.Account(s.c.Account)
		if a.Number == 0 || a.NoNews == !wanted {
			return
		}
		a.NoNews = !wanted
		s.l.SaveAccount(a)
		s.audit(a.Subject, map[bool]Action{true: ActionNewsOn, false: ActionNewsOff}[wanted], AccountNote(a.Number), "")
	}
}

// unsubscribes reports whether the button under a broadcast was pressed, or its
// caption written: a broadcast comes to those with an account.
func (s *Scene) unsubscribes() bool {
	return s.t.Kind == Pressed && s.t.Event == newsOff || s.t.Kind == Said && s.c.Account != 0 && s.wrote(newsOffCaption)
}

// unsubscribe answers the button under a broadcast. It works at any time, and
// changes nothing about the dialog.
func (s *Scene) unsubscribe() {
	if s.c.Account == 0 {
		s.out = append(s.out, Say{Text: "profile.news_none"})
		return
	}
	setNews(false)(s)
	s.out = append(s.out, Say{Text: "profile.news_off"})
}
