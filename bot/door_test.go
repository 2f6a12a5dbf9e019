package bot

import (
	"context"
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that a button that is pressed at the closed door is answered, and works
// once the door is open.
func TestClosedDoor(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	w.say(administrator, "/maintenance on", "Закрыть бота для жителей?")
	if _, err := w.telegram.PressCaption(administrator, "Да"); err != nil {
		t.Fatal(err)
	}
	w.until("the door to close", func() bool { return w.operation() != flows.Operation{} })
	before := w.last(anna).ID
	id, err := w.telegram.PressCaption(anna, "Физическое лицо")
	if err != nil {
		t.Fatal(err)
	}
	w.hear(anna, before, "Бот ненадолго закрыт")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, _, err := w.telegram.WaitAnswer(ctx, id); err != nil {
		t.Fatal(err)
	}
	w.say(administrator, "/maintenance off", "снова открыт")
	w.press(anna, "Физическое лицо", "Что нужно сделать?")
}
