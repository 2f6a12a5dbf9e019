package demo_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator/demo"
)

// The clock goes where the buttons say; the bot learns the offset from the real time.
func TestControls_Clock(t *testing.T) {
	r := newRig(t)
	events := r.events()
	events.until("clock", `{"offset":0}`)
	r.mustPost("/api/clock", `{"to":"hour"}`)
	events.until("clock", `{"offset":3600}`)
	r.mustPost("/api/clock", `{"to":"day"}`)
	events.until("clock", `{"offset":90000}`)
	before := r.bot.now()
	r.mustPost("/api/clock", `{"to":"night"}`)
	moscow := time.FixedZone("", 3*60*60)
	night := r.bot.now().In(moscow)
	if night.Hour() != 3 || night.Minute() != 0 || !night.After(before) || night.Sub(before) > 24*time.Hour+time.Minute {
		t.Errorf("the night after %v is %v", before.In(moscow), night)
	}
	r.mustPost("/api/clock", `{"to":"now"}`)
	events.until("clock", `{"offset":0}`)
	if r.bot.offset != 0 {
		t.Errorf("offset %v", r.bot.offset)
	}
}

// Killing is the bot's part; its failure is told, and not in its own words.
func TestControls_Kill(t *testing.T) {
	r := newRig(t)
	events := r.events()
	events.until("bot", `"running":true`, `"restarts":0`, `"log":["started"]`)
	r.mustPost("/api/bot/kill", "{}")
	events.until("bot", `"restarts":1`)
	r.bot.err = errors.New("secret reason")
	for _, path := range []string{"/api/bot/kill", "/api/clock"} {
		status, body := r.post(path, `{"to":"hour"}`)
		if status != http.StatusInternalServerError || strings.Contains(body, "secret") || !strings.Contains(body, "Не получилось") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// Residents can be added up to what the page holds, each with a number of its own.
func TestControls_Residents(t *testing.T) {
	r := newRig(t)
	events := r.events()
	status, body := r.post("/api/residents", "{}")
	if status != http.StatusOK || strings.TrimSpace(body) != `{"id":5000000006}` {
		t.Fatalf("%d %s", status, body)
	}
	events.until("residents", "Ольга Новикова")
	for status == http.StatusOK {
		status, body = r.post("/api/residents", "{}")
	}
	if status != http.StatusConflict || !strings.Contains(body, "30") {
		t.Errorf("%d %s", status, body)
	}
	phones := make(map[string]bool)
	for _, u := range r.simulator.Users() {
		phones[u.Phone[:8]] = true
	}
	if len(phones) != 32 {
		t.Errorf("%d blocks of numbers for 30 residents and 2 of the staff", len(phones))
	}
}

func TestNew_Incomplete(t *testing.T) {
	if _, err := demo.New(demo.Options{}); err == nil {
		t.Error("a page without a simulator was made")
	}
}
