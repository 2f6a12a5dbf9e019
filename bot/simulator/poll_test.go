package simulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mvkbot/bot/simulator"
)

// poll asks without a network, so that it runs on the bubble's clock.
func poll(ctx context.Context, s *simulator.Server, query string) (ids []int64, code int, took time.Duration) {
	begun := time.Now()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/bot"+token+"/getUpdates?"+query, nil))
	var a struct {
		Result []struct {
			ID int64 `json:"update_id"`
		}
	}
	if json.Unmarshal(w.Body.Bytes(), &a) != nil {
		return nil, -1, 0
	}
	for _, u := range a.Result {
		ids = append(ids, u.ID)
	}
	return ids, w.Code, time.Since(begun)
}

func quiet(t *testing.T) *simulator.Server {
	s := simulator.New(simulator.Options{Token: token})
	s.AddUser(simulator.User{ID: anna, FirstName: "Анна"})
	t.Cleanup(s.Close)
	return s
}

func say(t *testing.T, s *simulator.Server, n int) {
	t.Helper()
	for i := range n {
		if _, err := s.Say(anna, strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func offset(n int64) string { return "offset=" + strconv.FormatInt(n, 10) }

// Ensure that an offset confirms what lies below it, and nothing else does.
func TestGetUpdates_Offsets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := quiet(t), t.Context()
		say(t, s, 5)
		first, _, _ := poll(ctx, s, "limit=3")
		if len(first) != 3 || s.Pending() != 5 {
			t.Fatal(first, s.Pending())
		}
		again, _, _ := poll(ctx, s, offset(first[0]))
		if len(again) != 5 || again[0] != first[0] {
			t.Error("asked without confirming: ", again)
		}
		rest, _, _ := poll(ctx, s, offset(first[2]+1))
		if len(rest) != 2 || s.Pending() != 2 {
			t.Error("confirmed three: ", rest, s.Pending())
		}
		say(t, s, 3)
		last, _, _ := poll(ctx, s, offset(-2))
		if len(last) != 2 || s.Pending() != 2 || last[1] != first[0]+7 {
			t.Error("the last two: ", last, s.Pending())
		}
		// An offset far ahead is not believed.
		far, _, _ := poll(ctx, s, offset(last[1]+1000))
		if len(far) != 2 {
			t.Error("far ahead: ", far)
		}
		none, _, took := poll(ctx, s, offset(last[1]+1)+"&timeout=5")
		if len(none) != 0 || took != 5*time.Second {
			t.Error("long poll: ", none, took)
		}
	})
}

// Ensure that limits are clamped and that who spins is slowed down.
func TestGetUpdates_Pace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := quiet(t), t.Context()
		say(t, s, 150)
		all, _, _ := poll(ctx, s, "limit=1000")
		if len(all) != 100 {
			t.Error(len(all))
		}
		if one, _, _ := poll(ctx, s, "limit=1000"); len(one) != 1 {
			t.Error("asked again at once: ", len(one))
		}
		if one, _, _ := poll(ctx, s, offset(all[0]+1)+"&limit=-3"); len(one) != 1 {
			t.Error("limit -3: ", len(one))
		}
		end := offset(all[0] + 150)
		if _, _, took := poll(ctx, s, end); took != 0 {
			t.Error("short poll: ", took)
		}
		if _, _, took := poll(ctx, s, end); took != 3*time.Second {
			t.Error("short poll again: ", took)
		}
		if _, _, took := poll(ctx, s, end+"&timeout=900"); took != 50*time.Second {
			t.Error("the longest poll: ", took)
		}
	})
}

// Ensure that a waiting call hears of an update at once, and that the older of two
// gets 409.
func TestGetUpdates_Waiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := quiet(t), t.Context()
		type outcome struct {
			ids  []int64
			code int
			took time.Duration
		}
		older, newer := make(chan outcome, 1), make(chan outcome, 1)
		ask := func(out chan outcome) {
			ids, code, took := poll(ctx, s, "timeout=40")
			out <- outcome{ids, code, took}
		}
		go ask(older)
		synctest.Wait()
		time.Sleep(4 * time.Second)
		go ask(newer)
		if o := <-older; o.code != http.StatusConflict || o.took != 4*time.Second {
			t.Errorf("older: %+v", o)
		}
		synctest.Wait()
		time.Sleep(7 * time.Second)
		say(t, s, 1)
		if n := <-newer; n.code != http.StatusOK || len(n.ids) != 1 || n.took != 7*time.Second {
			t.Errorf("newer: %+v", n)
		}
		if v := s.Violations(); v != nil {
			t.Error(v)
		}
	})
}

// Ensure that a caller who goes away and a closed server end the waiting.
func TestGetUpdates_Gone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quiet(t)
		ask := func(ctx context.Context) (cut bool) {
			defer func() { cut = recover() == http.ErrAbortHandler }()
			poll(ctx, s, "timeout=40")
			return false
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if !ask(ctx) {
			t.Error("the call outlived its caller")
		}
		time.AfterFunc(time.Second, s.Close)
		if !ask(t.Context()) {
			t.Error("the call outlived the server")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/bot"+token+"/getMe", nil))
		if w.Code != http.StatusBadGateway {
			t.Error(w.Code)
		}
	})
}

// Ensure that only what was asked for arrives, and that the wish is remembered.
func TestGetUpdates_Allowed(t *testing.T) {
	r := newRig(t)
	r.updates("offset", "-1", "allowed_updates", `["callback_query"]`)
	r.must(r.Say(anna, "раз"))
	if n := r.Pending(); n != 1 {
		t.Error("a message came in: ", n)
	}
	sent := r.sent("sendMessage", "chat_id", id(anna), "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}`)
	if _, err := r.Press(anna, sent, "b"); err != nil || r.next().CallbackQuery == nil {
		t.Error("no press", err)
	}
	if r.updates("offset", "-2", "allowed_updates", "null"); r.must(r.Say(anna, "два")) == 0 || r.next().CallbackQuery == nil {
		t.Error("null changed the wish")
	}
	r.blameless()
	r.updates("offset", "-3", "allowed_updates", `[]`)
	r.must(r.Say(anna, "три"))
	if r.next().Message == nil {
		t.Error("an empty list is the default")
	}
	r.updates("offset", "-4", "allowed_updates", `["massage"]`)
	r.updates("offset", "-5", "allowed_updates", `message`)
	if v := r.Violations(); len(v) != 2 || !strings.HasSuffix(v[0], "no update massage") {
		t.Errorf("%q", v)
	}
}

// Ensure that repeated, restarted and malformed updates can be played.
func TestForge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ctx := quiet(t), t.Context()
		say(t, s, 3)
		ids, _, _ := poll(ctx, s, "limit=100")
		end := ids[2] + 1
		poll(ctx, s, offset(end))
		calm := func() { time.Sleep(time.Minute) } // on the bubble's clock: who asks again at once gets less
		calm()
		if n := s.Redeliver(2); n != 2 {
			t.Error(n)
		}
		if again, _, _ := poll(ctx, s, offset(end)+"&timeout=1"); !slices.Equal(again, ids[1:]) {
			t.Error("redelivered: ", again)
		}
		calm()
		if again, _, _ := poll(ctx, s, offset(end)+"&timeout=5"); again != nil {
			t.Error("redelivered twice: ", again)
		}
		calm()
		if err := s.Forge([]byte(`{"update_id":7,"message":{"text":["not a text"]}}`)); err != nil {
			t.Fatal(err)
		}
		if old, _, _ := poll(ctx, s, offset(end)+"&timeout=1"); !slices.Equal(old, []int64{7}) {
			t.Error("forged id: ", old)
		}
		calm()
		s.Renumber(55)
		say(t, s, 1)
		if low, _, _ := poll(ctx, s, offset(end)); !slices.Contains(low, 55) {
			t.Error("restarted ids: ", low)
		}
		for _, bad := range []string{"", "null", "[]", "{"} {
			if s.Forge([]byte(bad)) != simulator.ErrBadUpdate {
				t.Error(bad)
			}
		}
	})
}

// Ensure that the bot knows the chats of forged updates, and may leave groups.
func TestForge_Chats(t *testing.T) {
	r := newRig(t)
	for _, raw := range []string{
		`{"message":{"message_id":1,"date":1,"chat":{"id":777,"type":"private","first_name":"Некто"},"from":{"id":777,"first_name":"Некто"},"text":"a"}}`,
		`{"edited_message":{"message_id":1,"date":1,"chat":{"id":502,"type":"private"},"text":"a"}}`,
		`{"callback_query":{"id":"1","from":{"id":778,"first_name":"b"},"message":{"message_id":1,"date":1,"chat":{"id":-9,"type":"group","title":"Дом"}},"data":"a"}}`,
		`{"chat_member":{}}`,
		`{"novelty":{}}`,
	} {
		if err := r.Forge([]byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.Pending(); n != 5 {
		t.Error("pending: ", n) // "chat_member" comes only when asked for
	}
	for _, chat := range []string{"777", "502", "-9"} {
		if got := r.call("sendMessage", "chat_id", chat, "text", "a"); !got.OK {
			t.Errorf("%s: %s", chat, got.Description)
		}
	}
	r.must(r.SayInGroup(-9, anna, "/start@mvk_test_bot"))
	if u := r.next(); u.Message.Chat.Type != "group" || u.Message.From.ID != anna || u.Message.Chat.Title != "Дом" {
		t.Errorf("%+v", u.Message)
	}
	if got := r.call("getChat", "chat_id", "-9"); !strings.Contains(string(got.Result), `"title":"Дом"`) {
		t.Error(string(got.Result))
	}
	if got := r.call("leaveChat", "chat_id", "-9"); !got.OK {
		t.Error(got.Description)
	}
	if got := r.call("sendMessage", "chat_id", "-9", "text", "a"); got.Code != 403 {
		t.Errorf("%+v", got)
	}
	r.blameless()
}
