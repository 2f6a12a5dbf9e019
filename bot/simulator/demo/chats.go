package demo

import (
	"context"
	"errors"
	"net/http"
	"time"

	"mvkbot/bot/simulator"
)

// answerWithin is how long a press waits for the bot's answer. Telegram shows
// the button as busy for longer, but a person looks elsewhere by then.
const answerWithin = 15 * time.Second

func (s *Server) sayText(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Text    string `json:"text"`
		ReplyTo int    `json:"replyTo"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if in.ReplyTo != 0 {
		_, err = s.simulator.Reply(user, in.ReplyTo, in.Text)
	} else {
		_, err = s.simulator.Say(user, in.Text)
	}
	return nil, err
}

// edit changes a text or a caption that the person sent before.
func (s *Server) edit(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Message int    `json:"message"`
		Text    string `json:"text"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	err = s.simulator.EditText(user, in.Message, in.Text)
	if errors.Is(err, simulator.ErrNoMessage) {
		err = s.simulator.EditCaption(user, in.Message, in.Text)
	}
	return nil, err
}

// press presses an inline button and waits for what the bot says to it.
func (s *Server) press(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Message int    `json:"message"`
		Data    string `json:"data"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	id, err := s.simulator.Press(user, in.Message, in.Data)
	if errors.Is(err, simulator.ErrNoMessage) {
		return nil, errNoButton
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	text, alert, err := s.simulator.WaitAnswer(ctx, id)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, errNoAnswer
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"text": text, "alert": alert}, nil
}

// pressKey presses a key of the reply keyboard.
func (s *Server) pressKey(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	key, ok := keyOf(s.simulator.ReplyKeyboard(user), in.Text)
	switch {
	case !ok:
		return nil, errNoButton
	case key.RequestContact:
		return nil, s.share(user, user)
	}
	_, err = s.simulator.Say(user, in.Text)
	return nil, err
}

func keyOf(k *simulator.ReplyKeyboard, text string) (simulator.Button, bool) {
	if k == nil {
		return simulator.Button{}, false
	}
	for _, row := range k.Rows {
		for _, b := range row {
			if b.Text == text {
				return b, true
			}
		}
	}
	return simulator.Button{}, false
}

// shareContact sends the card of any resident, the own one among them.
func (s *Server) shareContact(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Of int64 `json:"of"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	return nil, s.share(user, in.Of)
}

func (s *Server) share(user, of int64) error {
	for _, u := range s.simulator.Users() {
		if u.ID == of {
			_, err := s.simulator.ShareContact(user, simulator.Contact{
				UserID: u.ID, Phone: u.Phone, FirstName: u.FirstName, LastName: u.LastName,
			})
			return err
		}
	}
	return errNoResident
}

func (s *Server) sendSticker(_ http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	_, err = s.simulator.SendSticker(user)
	return nil, err
}
