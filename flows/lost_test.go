package flows_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that a review changes nothing of the list that it was given, that the
// mark is part of what a resident may take away, and that nobody is told about
// an account that is not there any more.
func TestReviewBindings(t *testing.T) {
	w := newTown(t)
	w.fill(1, "+79161234567", "anna@mail.ru")
	w.press(1, "submit_pressed")
	w.say(1, w.last[1][flows.RefPhoneCode])
	w.say(1, w.last[1][flows.RefEmailCode])
	given := []flows.Binding{{Number: "8000000001", Name: "Дача", At: 7}}
	w.ledger.Bound[1] = given
	effects, lost := w.engine.ReviewBindings(1, w.now, w.ledger)
	if say, ok := effects[0].(flows.Say); lost != 1 || !ok || say.To != 1 {
		t.Errorf("%d lost, told %+v", lost, effects)
	}
	want := []flows.Binding{{Number: "8000000001", Name: "Дача", At: 7, Lost: w.now.Unix()}}
	if given[0].Lost != 0 || !slices.Equal(w.ledger.Bound[1], want) {
		t.Errorf("bindings %+v, given %+v", w.ledger.Bound[1], given)
	}
	w.press(1, "data_pressed")
	w.press(1, "export_pressed")
	var export flows.Export
	if err := json.Unmarshal(exported(w.log), &export); err != nil {
		t.Fatal(err)
	}
	if got := export.Contracts[0].Lost; got != w.now.In(w.engine.Rules().Location).Format(time.RFC3339) {
		t.Errorf("exported mark %q", got)
	}
	w.ledger.Bound[1] = given
	w.ledger.DropAccount(1)
	if effects, lost := w.engine.ReviewBindings(1, w.now, w.ledger); len(effects) != 0 || lost != 0 {
		t.Errorf("%d lost of nobody, told %+v", lost, effects)
	}
}
