package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
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

// BenchmarkDialog is a step of a dialog over loopback HTTP: the resident writes, the
// bot answers, and polls once for each hundred steps.
func BenchmarkDialog(b *testing.B) {
	s := New(Options{Token: "1:AAA", KeepMessages: 20})
	defer s.Close()
	web := httptest.NewServer(s)
	defer web.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var users, steps atomic.Int64
	call := func(path, form string) {
		resp, err := client.Post(web.URL+"/bot1:AAA/"+path, "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			b.Error(err)
			return
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		user := users.Add(1)
		s.AddUser(User{ID: user, FirstName: "Анна"})
		form := "text=%D0%B0&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22Back%22%2C%22callback_data%22%3A%22b%22%7D%5D%5D%7D&chat_id=" + strconv.FormatInt(user, 10)
		for pb.Next() {
			if _, err := s.Say(user, "Смирнова"); err != nil {
				b.Error(err)
			}
			call("sendMessage", form)
			if n := steps.Add(1); n%100 == 0 {
				call("getUpdates", "timeout=3&offset="+strconv.FormatInt(firstUpdateID+n-100, 10))
			}
		}
	})
	if v := s.Violations(); len(v) > 0 {
		b.Fatal(v[0])
	}
}
