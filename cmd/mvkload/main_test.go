package main

import (
	"bytes"
	"strings"
	"testing"

	"mvkbot/bot/simulator"
)

// Ensure that a small load on the real bot, which is killed meanwhile, loses
// nothing, and that the report says so.
func TestRun(t *testing.T) {
	var out, errs bytes.Buffer
	args := []string{"-residents", "20", "-duration", "1500ms", "-kill", "500ms", "-think", "5ms"}
	if status := run(t.Context(), args, &out, &errs); status != 0 {
		t.Fatalf("status %d\n%s%s", status, &out, &errs)
	}
	for _, line := range []string{"residents 20", "steps/s", "p99", "CPU µs/step", "kill -9: ", "lost: 0\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no %q in\n%s", line, &out)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-residents", "0"}, {"-duration", "-1s"}, {"-none"}, {"word"}} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), args, &out, &errs); status != 2 || errs.Len() == 0 {
			t.Errorf("%v: status %d, %q", args, status, &errs)
		}
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"-bot", "/nonexistent/mvkbot"}, &out, &errs); status != 1 || errs.Len() == 0 {
		t.Errorf("status %d, %q", status, &errs)
	}
}

// Ensure that a resident notices every kind of wrong answer.
func TestJudge(t *testing.T) {
	said := func(texts ...string) (came []simulator.Message) {
		for i, text := range texts {
			came = append(came, simulator.Message{ID: 11 + i, FromBot: true, Text: text})
		}
		return came
	}
	s := step{"x", []string{"one", "two"}}
	for _, tt := range []struct {
		name     string
		killed   bool
		before   []string
		came     []simulator.Message
		faults   int
		repeated int
	}{
		{"right", false, nil, said("one", "two"), 0, 0},
		{"one missing", false, nil, said("two"), 2, 0},
		{"wrong order", false, nil, said("two", "one"), 2, 0},
		{"something else", false, nil, said("one", "apology", "two"), 1, 0},
		{"doubled", false, nil, said("one", "one", "two"), 1, 0},
		{"doubled by a kill", true, nil, said("one", "one", "two"), 0, 1},
		{"both doubled by a kill", true, nil, said("one", "two", "one", "two"), 0, 2},
		{"tripled by a kill", true, nil, said("one", "one", "one", "two"), 1, 1},
		{"late", false, []string{"zero"}, said("zero", "one", "two"), 1, 0},
		{"late by a kill", true, []string{"zero"}, said("zero", "one", "two"), 0, 1},
		{"unasked", true, nil, append([]simulator.Message{{ID: 9, Text: "one"}}, said("one", "two")...), 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &resident{repeats: tt.killed, said: map[string]int{}}
			for _, b := range tt.before {
				r.said[b]++
			}
			r.judge(s, tt.came, 10)
			if len(r.faults) != tt.faults || r.repeated != tt.repeated {
				t.Errorf("%d repeated, faults %q", r.repeated, r.faults)
			}
		})
	}
}

// Ensure that names and telephones differ between residents and rounds.
func TestIdentities(t *testing.T) {
	seen := map[string]bool{}
	for number := range 20 {
		for round := range 20 {
			r := &resident{number: number, rounds: round}
			for _, s := range []string{r.word("Имя"), r.phone()} {
				if seen[s] {
					t.Errorf("%s twice", s)
				}
				seen[s] = true
			}
		}
	}
}
