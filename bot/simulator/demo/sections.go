package demo

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
)

// history is how many messages of a chat the page holds.
const history = 300

// sections gathers all that the page shows, in the order in which a page that
// was just opened wants it.
func (s *Server) sections() []section {
	users := s.simulator.Users()
	all := []section{
		{"clock", "clock", clockView{Offset: s.offset().Seconds()}},
		{"residents", "residents", residentsView(users)},
		{"contracts", "contracts", s.contractsView()},
	}
	for _, u := range users {
		all = append(all, section{"chat", fmt.Sprint("chat/", u.ID), s.chatView(u.ID)})
	}
	return append(all,
		section{"sms", "sms", s.smsView()},
		section{"letters", "letters", s.lettersView()},
		section{"bot", "bot", botView(s.bot.Status())},
	)
}

// residentsView lists the phones: the residents' in the order they came, then those of
// the staff.
func residentsView(users []simulator.User) []residentView {
	out := make([]residentView, 0, len(users))
	for _, u := range users {
		out = append(out, residentView{u.ID, name(u.FirstName, u.LastName), u.Phone, isStaff(u.ID)})
	}
	slices.SortStableFunc(out, func(a, b residentView) int {
		switch {
		case a.Staff == b.Staff:
			return 0
		case b.Staff:
			return -1
		}
		return 1
	})
	return out
}

func (s *Server) contractsView() []contractView {
	out := make([]contractView, 0, len(s.contracts))
	for _, c := range s.contracts {
		out = append(out, contractView{
			Number: string(c.Number), Kind: string(c.Kind), Flat: c.Flat, Address: c.Address,
			Company: c.Holder == flows.HolderCompany, Closed: c.Status == flows.StatusClosed,
		})
	}
	return out
}

func (s *Server) smsView() []smsView {
	out := []smsView{}
	for _, m := range s.SMS() {
		out = append(out, smsView(m))
	}
	return out
}

func (s *Server) lettersView() []letterView {
	out := []letterView{}
	for _, l := range s.Letters() {
		v := letterView{ID: l.ID, To: l.To, From: l.From, Subject: l.Subject, Text: l.Text, At: l.At}
		if l.HTML != "" {
			v.HTML = fmt.Sprintf("/api/letters/%d/html", l.ID)
		}
		out = append(out, v)
	}
	return out
}

func (s *Server) chatView(user int64) chatView {
	v := chatView{
		User: user, Messages: []messageView{},
		Typing: s.simulator.Typing(user), Commands: s.simulator.Commands(user),
	}
	all := s.simulator.Chat(user)
	for _, m := range all[max(0, len(all)-history):] {
		if !m.Deleted {
			v.Messages = append(v.Messages, messageOf(m))
		}
	}
	if k := s.simulator.ReplyKeyboard(user); k != nil {
		v.Keyboard = &keyboardView{Rows: buttons(k.Rows), Placeholder: k.Placeholder}
	}
	return v
}

func messageOf(m simulator.Message) messageView {
	v := messageView{
		ID: m.ID, Own: !m.FromBot, ReplyTo: m.ReplyTo, At: m.Date, Text: m.Text, Entities: m.Entities,
		Media: mediaOf(m), Buttons: buttons(m.Keyboard), Edited: m.Edited,
	}
	if c := m.Contact; c != nil {
		v.Contact = &contactView{Name: name(c.FirstName, c.LastName), Phone: c.Phone}
	}
	return v
}

func mediaOf(m simulator.Message) *mediaView {
	for kind, f := range map[string]*simulator.File{
		"photo": m.Photo, "document": m.Document, "voice": m.Voice, "audio": m.Audio, "sticker": m.Sticker,
	} {
		if f != nil {
			return &mediaView{
				Kind: kind, URL: "/api/files/" + url.PathEscape(f.ID), Name: f.Name, MIME: f.MIME, Size: f.Size,
				Width: f.Width, Height: f.Height, Seconds: f.Duration.Seconds(),
			}
		}
	}
	return nil
}

func buttons(rows [][]simulator.Button) [][]buttonView {
	var out [][]buttonView
	for _, row := range rows {
		line := make([]buttonView, 0, len(row))
		for _, b := range row {
			line = append(line, buttonView{b.Text, b.Data, b.URL, b.Style, b.RequestContact})
		}
		out = append(out, line)
	}
	return out
}

func name(first, last string) string { return strings.TrimSpace(first + " " + last) }
