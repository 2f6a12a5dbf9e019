package demo

import (
	"time"

	"mvkbot/bot/simulator"
)

// The page's own words: what events sends, as page/*.js reads it. Times are
// RFC 3339; names are those of the page, not of the Bot API.

type residentView struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Staff bool   `json:"staff,omitempty"`
}

type chatView struct {
	User     int64               `json:"user"`
	Messages []messageView       `json:"messages"`
	Keyboard *keyboardView       `json:"keyboard"`
	Typing   string              `json:"typing"`
	Commands []simulator.Command `json:"commands"`
}

type messageView struct {
	ID       int                `json:"id"`
	Own      bool               `json:"own"`
	ReplyTo  int                `json:"replyTo,omitempty"`
	At       time.Time          `json:"at"`
	Text     string             `json:"text"`
	Entities []simulator.Entity `json:"entities,omitempty"`
	Media    *mediaView         `json:"media,omitempty"`
	Contact  *contactView       `json:"contact,omitempty"`
	Buttons  [][]buttonView     `json:"buttons,omitempty"`
	Edited   bool               `json:"edited,omitempty"`
}

type mediaView struct {
	Kind    string  `json:"kind"` // photo, document, voice, audio or sticker
	URL     string  `json:"url"`
	Name    string  `json:"name,omitempty"`
	MIME    string  `json:"mime"`
	Size    int64   `json:"size"`
	Width   int     `json:"width,omitempty"`
	Height  int     `json:"height,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
}

type contactView struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

type buttonView struct {
	Text    string `json:"text"`
	Data    string `json:"data,omitempty"`
	URL     string `json:"url,omitempty"`
	Style   string `json:"style,omitempty"`
	Contact bool   `json:"contact,omitempty"`
}

type keyboardView struct {
	Rows        [][]buttonView `json:"rows"`
	Placeholder string         `json:"placeholder,omitempty"`
}

type smsView struct {
	ID   int       `json:"id"`
	To   string    `json:"to"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

type letterView struct {
	ID      int       `json:"id"`
	To      string    `json:"to"`
	From    string    `json:"from"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html,omitempty"` // where its HTML part is
	At      time.Time `json:"at"`
}

type contractView struct {
	Number  string `json:"number"`
	Kind    string `json:"kind"`
	Flat    string `json:"flat,omitempty"`
	Address string `json:"address"`
	Company bool   `json:"company,omitempty"`
	Closed  bool   `json:"closed,omitempty"`
}

type botView struct {
	Running  bool      `json:"running"`
	Since    time.Time `json:"since"`
	Restarts int       `json:"restarts"`
	Log      []string  `json:"log"`
}

type clockView struct {
	Offset float64 `json:"offset"` // seconds from the real time, which the browser knows
}
