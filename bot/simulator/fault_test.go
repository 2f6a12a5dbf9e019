package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
)

func (r *rig) get(method string) (status int, body string, header http.Header, err error) {
	r.Helper()
	resp, err := http.Get(r.web.URL + "/bot" + token + "/" + method)
	if err != nil {
		return 0, "", nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw), resp.Header, err
}

// Ensure that each fault does what it is named for, as often as it should.
func TestInject(t *testing.T) {
	const send = "sendMessage?chat_id=501&text=a"
	for _, c := range []struct {
		name   string
		fault  simulator.Fault
		status int
		body   string
		said   int
	}{
		{"page", simulator.Fault{}, 502, "<h1>Bad Gateway</h1>", 0},
		{"page 500", simulator.Fault{Status: 500}, 500, "<h1>Internal Server Error</h1>", 0},
		{"flood", simulator.Fault{Kind: simulator.FaultFlood, RetryAfter: 7 * time.Second}, 429, `"parameters":{"retry_after":7}`, 0},
		{"conflict", simulator.Fault{Kind: simulator.FaultConflict}, 409, "terminated by other getUpdates request", 0},
		{"unauthorized", simulator.Fault{Kind: simulator.FaultUnauthorized}, 401, "Unauthorized", 0},
		{"refuse", simulator.Fault{Kind: simulator.FaultRefuse}, 0, "", 0},
		{"drop", simulator.Fault{Kind: simulator.FaultDrop}, 0, "", 1},
		{"truncate", simulator.Fault{Kind: simulator.FaultTruncate}, 200, `{"ok":true`, 1},
		{"delay", simulator.Fault{Kind: simulator.FaultDelay, Delay: time.Millisecond}, 200, `{"ok":true`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.must(r.Say(boris, "/start"))
			before := len(r.Chat(anna))
			c.fault.Times, c.fault.Method, c.fault.Chat = 1, "sendmessage", anna
			r.Inject(c.fault)
			if got := r.call("getMe"); !got.OK {
				t.Error("it hit another method")
			}
			if got := r.call("sendMessage", "chat_id", id(boris), "text", "a"); !got.OK {
				t.Error("it hit another chat")
			}
			status, body, header, err := r.get(send)
			if status != c.status || !strings.Contains(body, c.body) || (err != nil) != (c.status == 0) {
				t.Error(status, body, err)
			}
			if said := len(r.Chat(anna)) - before; said != c.said {
				t.Errorf("%d messages", said)
			}
			if c.name == "truncate" && json.Valid([]byte(body)) {
				t.Error("the answer is whole")
			}
			if c.name == "flood" && header.Get("Retry-After") != "7" {
				t.Error(header)
			}
			if status, _, _, err := r.get(send); status != 200 || err != nil {
				t.Error("it struck twice", err)
			}
			requests := r.Requests()
			if got := requests[len(requests)-2].Status; got != c.status {
				t.Error("recorded", got)
			}
			r.blameless()
		})
	}
}

// Ensure that faults without a limit last until they are removed, also for files.
func TestInject_Remove(t *testing.T) {
	r := newRig(t)
	r.must(r.SendDocument(anna, "a.txt", []byte("abc"), ""))
	if got := r.call("getFile", "file_id", r.last(anna).Document.ID); !got.OK {
		t.Fatal(got.Description)
	}
	path := "file_1.txt"
	fetch := func() int {
		resp, err := http.Get(r.web.URL + "/file/bot" + token + "/documents/" + path)
		if err != nil {
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	page := r.Inject(simulator.Fault{Method: "file", Status: 503})
	cut := r.Inject(simulator.Fault{Method: "file", Kind: simulator.FaultDrop})
	for range 3 {
		if got := fetch(); got != 503 {
			t.Error(got)
		}
	}
	page()
	page()
	if got := fetch(); got != 0 {
		t.Error(got)
	}
	cut()
	if got := fetch(); got != 200 {
		t.Error(got)
	}
}

// Ensure that a storm lasts as long as it was said to, in its chat or in all, and tells
// how much of it is left.
func TestInject_For(t *testing.T) {
	r := newRig(t)
	r.must(r.Say(boris, "/start"))
	send := func(user int64) answer { return r.call("sendMessage", "chat_id", id(user), "text", "a") }
	r.Inject(simulator.Fault{Kind: simulator.FaultFlood, Method: "sendMessage", For: 10 * time.Second})
	r.Inject(simulator.Fault{Kind: simulator.FaultFlood, Chat: anna, For: 30 * time.Second})
	for _, c := range []struct {
		after       time.Duration
		anna, boris int // seconds to wait, 0 for an accepted message
	}{{0, 10, 10}, {2500 * time.Millisecond, 8, 8}, {9999 * time.Millisecond, 1, 1}, {10 * time.Second, 20, 0}, {30 * time.Second, 0, 0}} {
		r.now = start.Add(c.after)
		for user, want := range map[int64]int{anna: c.anna, boris: c.boris} {
			if got := send(user); got.OK != (want == 0) || got.Parameters.RetryAfter != want {
				t.Errorf("%v, chat %d: %+v, want %d", c.after, user, got, want)
			}
		}
	}
	r.blameless()
}
