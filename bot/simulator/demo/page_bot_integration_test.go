//go:build integration

package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
)

// answer is the bot: it runs until the simulator is closed.
func (r *rig) answer() {
	for offset := 0; ; {
		result, err := r.try("getUpdates", fmt.Sprintf(`{"timeout":20,"offset":%d}`, offset))
		if err != nil {
			return // closed
		}
		var updates []update
		if err := json.Unmarshal(result, &updates); err != nil {
			r.t.Error(err)
			return
		}
		for _, u := range updates {
			offset = u.ID + 1
			if err := r.answerTo(u); err != nil {
				r.t.Error(err)
			}
		}
	}
}

type update struct {
	ID      int `json:"update_id"`
	Message *struct {
		Text    string
		ID      int       `json:"message_id"`
		ReplyTo *struct{} `json:"reply_to_message"`
		Contact *struct{}
		Chat    struct{ ID int64 }
	}
	Callback *struct {
		ID      string
		Data    string
		Message struct {
			ID   int `json:"message_id"`
			Chat struct{ ID int64 }
		}
	} `json:"callback_query"`
}

func (r *rig) answerTo(u update) (err error) {
	send := func(chat int64, text, markup string) {
		if markup == "" {
			markup = "{}"
		}
		_, err = r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":%q,"parse_mode":"HTML","reply_markup":%s}`, chat, text, markup))
	}
	switch c := u.Callback; {
	case c != nil && c.Data == "alert":
		_, err = r.try("answerCallbackQuery", fmt.Sprintf(`{"callback_query_id":%q,"text":"Этого делать не стоит.","show_alert":true}`, c.ID))
	case c != nil:
		if _, err = r.try("answerCallbackQuery", fmt.Sprintf(`{"callback_query_id":%q,"text":"Хорошо"}`, c.ID)); err == nil {
			_, err = r.try("editMessageText", fmt.Sprintf(`{"chat_id":%d,"message_id":%d,"text":"Вы — физическое лицо.\nВведите фамилию.","reply_markup":{"inline_keyboard":[[{"text":"Тревога","callback_data":"alert","style":"danger"},{"text":"Дальше","callback_data":"go","style":"success"}]]}}`, c.Message.Chat.ID, c.Message.ID))
		}
	case u.Message == nil: // an edited message
	case u.Message.ReplyTo != nil:
		_, err = r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"Принято","reply_parameters":{"message_id":%d}}`, u.Message.Chat.ID, u.Message.ID))
	case u.Message.Contact != nil:
		err = r.sendPicture(u.Message.Chat.ID)
	case u.Message.Text == "/start":
		send(u.Message.Chat.ID, "<b>Здравствуйте!</b> Это <a href=\"https://example.ru/\">личный кабинет</a>.\n\nКто вы? Команды: /help",
			`{"inline_keyboard":[[{"text":"Физическое лицо","callback_data":"person","style":"primary"}],[{"text":"Портал","url":"https://example.ru/"}]]}`)
	case u.Message.Text == "Соколова":
		send(u.Message.Chat.ID, "<b>Шаг 4 из 7.</b> Телефон, например <code>+7 916 123-45-67</code>",
			`{"keyboard":[[{"text":"Отправить мой номер","request_contact":true}],["Назад"]],"resize_keyboard":true,"input_field_placeholder":"+7 916 123-45-67","one_time_keyboard":true}`)
	case u.Message.Text == "ещё":
		send(u.Message.Chat.ID, "Ещё кнопки", `{"inline_keyboard":[[{"text":"Первая","callback_data":"1"},{"text":"Вторая","callback_data":"2"}]]}`)
	}
	return err
}

func (r *rig) sendPicture(chat int64) error {
	if _, err := r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"Спасибо.","reply_markup":{"remove_keyboard":true}}`, chat)); err != nil {
		return err
	}
	picture := image.NewRGBA(image.Rect(0, 0, 320, 120))
	for x := range 320 {
		for y := range 120 {
			picture.Set(x, y, color.RGBA{uint8(190 - x/4), uint8(225 - y/2), 240, 255})
		}
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{
		"chat_id": fmt.Sprint(chat), "caption": "Пять цифр с картинки",
		"reply_markup": `{"inline_keyboard":[[{"text":"🔄 Обновить","callback_data":"r"},{"text":"🔊 Прослушать","callback_data":"l"}]]}`,
	} {
		if err := form.WriteField(name, value); err != nil {
			return err
		}
	}
	file, err := form.CreateFormFile("photo", "captcha.png")
	if err != nil {
		return err
	}
	if err := png.Encode(file, picture); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	_, err = r.upload("sendPhoto", form.FormDataContentType(), &body)
	return err
}
