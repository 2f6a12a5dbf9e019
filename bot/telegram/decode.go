package telegram

import (
	"encoding/json"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// maxUpdateID bounds what is believed to be an update_id: above it the next offset
// could overflow, and a negative offset makes Telegram forget updates.
const maxUpdateID = 1 << 52

// wireUpdate lists the updates that are asked for. A field that is not here cannot
// make an update undecodable.
type wireUpdate struct {
	UpdateID      int64                       `json:"update_id"`
	Message       *wireMessage                `json:"message"`
	EditedMessage *wireMessage                `json:"edited_message"`
	CallbackQuery *tgbotapi.CallbackQuery     `json:"callback_query"`
	MyChatMember  *tgbotapi.ChatMemberUpdated `json:"my_chat_member"`
}

// wireMessage adds to the library's message what came after it: Bot API 7.0 replaced
// all forward_ fields by forward_origin.
type wireMessage struct {
	tgbotapi.Message
	ForwardOrigin *struct{} `json:"forward_origin"`
}

// decode reads one update. It does not fail: what cannot be read is KindUndecodable.
func decode(raw json.RawMessage) Update {
	var wire wireUpdate
	if err := json.Unmarshal(raw, &wire); err != nil || !validID(wire.UpdateID) {
		return Update{ID: readID(raw), Kind: KindUndecodable}
	}
	u := Update{ID: wire.UpdateID, Kind: KindOther}
	switch {
	case wire.Message != nil:
		u.Kind = u.setContent(&wire.Message.Message)
		u.Forwarded = wire.Message.forwarded()
	case wire.EditedMessage != nil:
		u.Content = u.setContent(&wire.EditedMessage.Message)
		u.Kind, u.Contact = KindEdited, nil
		u.Forwarded = wire.EditedMessage.forwarded()
	case wire.CallbackQuery != nil:
		u.setCallback(wire.CallbackQuery)
	case wire.MyChatMember != nil:
		m := wire.MyChatMember
		u.Kind, u.Status = KindMember, m.NewChatMember.Status
		u.Chat, u.From, u.Username = m.Chat.ID, m.From.ID, m.From.UserName
		u.Private, u.Date = m.Chat.IsPrivate(), date(m.Date)
	}
	return u
}

// readID gets the id out of an update that is otherwise unreadable.
func readID(raw json.RawMessage) int64 {
	var head struct {
		UpdateID int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || !validID(head.UpdateID) {
		return 0
	}
	return head.UpdateID
}

func validID(id int64) bool { return id > 0 && id <= maxUpdateID }

// setContent fills in a message and returns its kind.
func (u *Update) setContent(m *tgbotapi.Message) UpdateKind {
	u.setOrigin(m.Chat, m.From)
	u.MessageID, u.Date = m.MessageID, date(m.Date)
	if m.EditDate != 0 {
		u.Date = date(m.EditDate)
	}
	u.Text, u.Caption, u.Album = m.Text, m.Caption, m.MediaGroupID
	if m.ReplyToMessage != nil {
		u.ReplyTo = m.ReplyToMessage.MessageID
	}
	switch {
	case m.Text != "":
		return KindText
	case m.Contact != nil:
		u.Contact = &Contact{Phone: m.Contact.PhoneNumber, UserID: m.Contact.UserID}
		return KindContact
	case len(m.Photo) > 0:
		u.FileID = m.Photo[len(m.Photo)-1].FileID
		return KindPhoto
	case m.Document != nil:
		u.FileID, u.FileName = m.Document.FileID, m.Document.FileName
		return KindDocument
	case m.Voice != nil:
		u.FileID = m.Voice.FileID
		return KindVoice
	case m.Sticker != nil:
		u.FileID = m.Sticker.FileID
		return KindSticker
	}
	return KindOther
}

// setCallback fills in a press. The message is missing for inline messages, and a
// message that the bot cannot reach any more is told by chat and id alone.
func (u *Update) setCallback(q *tgbotapi.CallbackQuery) {
	u.Kind = KindCallback
	u.Callback = &Callback{ID: q.ID, Data: q.Data}
	if q.Message == nil {
		u.setOrigin(nil, q.From)
		return
	}
	u.MessageID = q.Message.MessageID
	u.setOrigin(q.Message.Chat, q.From)
}

// setOrigin fills in where and who; both may be missing.
func (u *Update) setOrigin(chat *tgbotapi.Chat, from *tgbotapi.User) {
	if chat != nil {
		u.Chat, u.Private = chat.ID, chat.IsPrivate()
	}
	if from != nil {
		u.From, u.Username = from.ID, from.UserName
	}
}

// forwarded: what an inline bot wrote for its user is not the user's word either.
func (m *wireMessage) forwarded() bool {
	return m.ViaBot != nil || m.ForwardOrigin != nil || m.ForwardDate != 0 || m.ForwardFrom != nil ||
		m.ForwardFromChat != nil || m.ForwardSenderName != ""
}

func date(seconds int) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
