package flows_test

import (
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/flowtest"
)

// BenchmarkStep plays one turn of a resident over a ledger in memory: what a
// turn costs without storage.
func BenchmarkStep(b *testing.B) {
	engine := testEngine()
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, moscow())
	surname := flows.Conversation{Chat: 1, State: "ask_surname", Dialog: 2, Revision: 5}
	tests := []struct {
		name string
		c    flows.Conversation
		t    flows.Turn
	}{
		{"surname", surname, flows.Turn{Kind: flows.Said, At: at, Text: "Соколова"}},
		{"press", surname, flows.Turn{Kind: flows.Pressed, At: at, Event: "back_pressed", Dialog: 2, Revision: 5}},
		{"wrong", surname, flows.Turn{Kind: flows.Said, At: at, Text: "12345"}},
		{"menu", flows.Conversation{Chat: 1, State: "main_menu", Account: 7, Dialog: 2, Revision: 5}, flows.Turn{Kind: flows.Pressed, At: at, Event: "bind_pressed", Dialog: 2, Revision: 5}},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			l := flowtest.NewLedger()
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := engine.Step(test.c, test.t, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
