package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"mvkbot/flows"
)

// Ensure that whatever a resident with a registration sends tells their username.
func TestUsernameComesWithEveryUpdate(t *testing.T) {
	w := newWorld(t)
	c := w.filled(anna)
	c.Registration, c.Form = flows.Registration{Submitted: 1, Surname: "Соколова"}, flows.Form{}
	c.State = "enter_phone_code"
	w.plant(c)
	w.start()
	from := func(name string) string {
		return fmt.Sprintf(`"from":{"id":%d,"first_name":"А","username":%q}`, anna, name)
	}
	message := func(name, content string) string {
		return fmt.Sprintf(`{"message":{"message_id":7,"date":1,%s,"chat":{"id":%d,"type":"private"},%s}}`, from(name), anna, content)
	}
	for name, update := range map[string]string{
		"by_text":    message("by_text", `"text":"/help"`),
		"by_sticker": message("by_sticker", `"sticker":{"file_id":"1","file_unique_id":"1","width":1,"height":1}`),
		"by_contact": message("by_contact", `"contact":{"phone_number":"79161234567","first_name":"А"}`),
		"by_button": fmt.Sprintf(`{"callback_query":{"id":"1",%s,"chat_instance":"1","data":"help_pressed:1:1:0",
			"message":{"message_id":100,"date":1,"chat":{"id":%d,"type":"private"}}}}`, from("by_button"), anna),
	} {
		w.forge(json.RawMessage(update))
		w.until("the username "+name, func() bool {
			c, err := w.store.Conversation(context.Background(), anna)
			return err == nil && c.Username == name
		})
	}
}
