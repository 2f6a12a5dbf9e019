package simulator

import "time"

// User is a resident.
type User struct {
	// ID must be positive and below 2^52, as Telegram promises.
	ID        int64
	FirstName string
	LastName  string
	// Username without "@"; may be empty.
	Username string
	// Phone is what the "share my number" button hands over, as Telegram writes it
	// ("79161234567" or "+79161234567"). It is never shown to the bot otherwise.
	Phone string
	// LanguageCode is an IETF tag such as "ru"; may be empty.
	LanguageCode string
}

// Contact is a card of the address book that a resident sends.
type Contact struct {
	// UserID is the Telegram user behind the card; 0 when there is none.
	UserID    int64
	Phone     string
	FirstName string
	LastName  string
}

// Message is one bubble of a chat as the resident sees it now.
type Message struct {
	ID      int
	Date    time.Time
	FromBot bool
	// Text is the plain text or the caption, entities taken out.
	Text string
	// Entities mark up Text; offsets are in UTF-16 units.
	Entities []Entity
	// HTML is Text with its entities as HTML, escaped and safe to show: it holds no
	// other tags than those of Telegram's parse mode, and links only to http, https,
	// tg, mailto and tel.
	HTML string
	// ReplyTo is the id of the message that this one answers, 0 for none.
	ReplyTo int
	// Forwarded tells that somebody else wrote it elsewhere.
	Forwarded bool
	// At most one of the following is set.
	Photo, Document, Voice, Audio, Sticker *File
	Contact                                *Contact
	// Keyboard is the inline keyboard under the message, row by row; nil without one.
	Keyboard [][]Button
	// Edited tells that the bot or the resident changed the content.
	Edited bool
	// Deleted messages stay in the history with their last content.
	Deleted bool
	// Protected tells that the message may not be forwarded or saved.
	Protected bool
}

// File is what is known about an uploaded file; Server.File has its bytes.
type File struct {
	ID string
	// Name as uploaded; empty for photos, voice messages and stickers.
	Name string
	// MIME type, "image/jpeg" for photos.
	MIME string
	// Size in bytes.
	Size int64
	// Width and Height in pixels, for photos and stickers.
	Width, Height int
	// Duration as told by the sender, for voice messages and audio.
	Duration time.Duration
}

// Button of an inline or of a reply keyboard.
type Button struct {
	Text string
	// Data is the callback data of an inline button, 1-64 bytes.
	Data string
	// URL is set for inline buttons that open a link.
	URL string
	// Style is "danger", "success", "primary" or empty (Bot API 9.4).
	Style string
	// RequestContact marks the reply keyboard button that shares the own number.
	RequestContact bool
}

// ReplyKeyboard is the keyboard that stands in place of the resident's own.
type ReplyKeyboard struct {
	Rows        [][]Button
	Resize      bool
	OneTime     bool
	Persistent  bool
	Placeholder string
}

// Command is one line of the bot's command menu.
type Command struct {
	// Name without the slash.
	Name        string `json:"command"`
	Description string `json:"description"`
}
