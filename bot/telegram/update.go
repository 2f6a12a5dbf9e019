package telegram

import (
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// UpdateKind says what happened.
type UpdateKind int

const (
	// KindUndecodable: the update is not what the Bot API promises. Only ID is set, if
	// it can be read.
	KindUndecodable UpdateKind = iota
	// KindText: a text message.
	KindText
	// KindContact: a contact was shared.
	KindContact
	// KindCallback: a button of an inline keyboard was pressed.
	KindCallback
	// KindPhoto: a picture.
	KindPhoto
	// KindDocument: a file, moving pictures included.
	KindDocument
	// KindVoice: a voice message.
	KindVoice
	// KindSticker: a sticker.
	KindSticker
	// KindEdited: a message sent before was changed. Text or Caption and the file are
	// the new ones; a contact is not told.
	KindEdited
	// KindMember: the bot was blocked or unblocked, put into or out of a group.
	KindMember
	// KindOther: a message of any other content, service messages included, or an
	// update of a kind that was not asked for.
	KindOther
)

var updateKindNames = [...]string{"undecodable", "text", "contact", "callback", "photo", "document",
	"voice", "sticker", "edited", "member", "other"}

// String names the kind in lower case.
func (k UpdateKind) String() string {
	if k < 0 || int(k) >= len(updateKindNames) {
		return "unknown"
	}
	return updateKindNames[k]
}

// Update is one thing that happened, flat. Strings are valid UTF-8. It logs as id,
// chat and kind alone.
type Update struct {
	// ID is the update_id, positive. Ids of a bot grow by one, but restart anywhere after
	// a week without updates: to know an update again compare ids for equality. 0 only
	// where Kind is KindUndecodable.
	ID   int64
	Kind UpdateKind
	// Chat it happened in; 0 for a button whose message Telegram does not tell.
	Chat int64
	// From is the user who did it; 0 for a channel.
	From int64
	// Username of From without "@"; may be empty.
	Username string
	// Private tells that Chat is the private chat with From.
	Private bool
	// MessageID of the message; for KindCallback of the one with the button.
	MessageID int
	// Date of the message, or of its edit, in UTC; zero for KindCallback.
	Date time.Time
	// ReplyTo is the id of the message in the same chat that this one answers; 0 for none.
	ReplyTo int
	// Album is the id that the items of an album share, each a message of its own; may be
	// empty.
	Album string
	// Forwarded tells that somebody else may have written the message.
	Forwarded bool

	// Content is, for KindEdited only, the kind of what the message holds now.
	Content UpdateKind

	// Text of a text message.
	Text string
	// Caption of a picture, file or voice message.
	Caption string
	// FileID of the picture (its largest size), file, voice message or sticker.
	FileID string
	// FileName of a file, as the sender calls it: it may hold any character, or be empty.
	FileName string
	// Contact is set for KindContact only.
	Contact *Contact
	// Callback is set for KindCallback only.
	Callback *Callback
	// Status is, for KindMember, what the bot is in the chat now: "member",
	// "kicked" (blocked), "left", "administrator", "restricted".
	Status string
}

// Contact is a shared card. It proves nothing unless UserID is the sender's own.
type Contact struct {
	// Phone as Telegram writes it: digits, with or without a leading "+".
	Phone string
	// UserID of the Telegram user behind the card; 0 if there is none.
	UserID int64
}

// Callback is a press on a button.
type Callback struct {
	// ID to answer with answerCallbackQuery.
	ID string
	// Data of the button; a modified client can send any.
	Data string
}

// LogValue is what may be logged of an update.
func (u Update) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("id", u.ID), slog.Int64("chat", u.Chat), slog.String("kind", u.Kind.String()))
}

// Command splits a text message that begins with "/" into the command, in lower case
// without slash and without the "@name" of a bot, and the rest without white space
// around it. ok is false for anything else.
func (u Update) Command() (name, args string, ok bool) {
	rest, ok := strings.CutPrefix(u.Text, "/")
	if !ok || u.Kind != KindText {
		return "", "", false
	}
	name = rest
	if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
		name, args = rest[:i], strings.TrimSpace(rest[i:])
	}
	name, _, _ = strings.Cut(name, "@")
	if name == "" {
		return "", "", false
	}
	return strings.ToLower(name), args, true
}
