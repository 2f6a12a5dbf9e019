package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkSendMessage is the cost of a typical call without the network.
func BenchmarkSendMessage(b *testing.B) {
	s := New(Options{Token: "1:AAA", KeepMessages: 20})
	defer s.Close()
	s.AddUser(User{ID: 1, FirstName: "Анна"})
	if _, err := s.Say(1, "/start"); err != nil {
		b.Fatal(err)
	}
	const form = "chat_id=1&parse_mode=HTML&text=" +
		"%3Cb%3E%D0%A8%D0%B0%D0%B3+2+%D0%B8%D0%B7+7%3C%2Fb%3E%0A%D0%92%D0%B2%D0%B5%D0%B4%D0%B8%D1%82%D0%B5+%D0%B8%D0%BC%D1%8F" +
		"&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22Back%22%2C%22callback_data%22%3A%22b%3A12%3A3%22%7D%2C" +
		"%7B%22text%22%3A%22Skip%22%2C%22callback_data%22%3A%22s%3A12%3A3%22%7D%5D%5D%7D"
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/bot1:AAA/sendMessage", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.ServeHTTP(discard{http.Header{}}, r)
	}
	if v := s.Violations(); len(v) > 0 {
		b.Fatal(v[0])
	}
}

// BenchmarkSay is the cost of a resident's message until the bot has it.
func BenchmarkSay(b *testing.B) {
	s := New(Options{Token: "1:AAA", KeepMessages: 20})
	defer s.Close()
	s.AddUser(User{ID: 1, FirstName: "Анна"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Say(1, "Смирнова"); err != nil {
			b.Fatal(err)
		}
		s.queue.mu.Lock()
		s.queue.take(s.queue.next, 100)
		s.queue.mu.Unlock()
	}
}
