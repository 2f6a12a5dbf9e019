package flows

// Broadcast is one message to many accounts (SPEC §3).
type Broadcast struct {
	Number   uint64         `cbor:"1,keyasint"`
	Text     string         `cbor:"2,keyasint,omitempty"` // plain, as it was written
	Photo    string         `cbor:"3,keyasint,omitempty"` // the messenger's id of the picture that Text stands under
	Audience Audience       `cbor:"4,keyasint"`
	State    BroadcastState `cbor:"5,keyasint"`
	By       int64          `cbor:"6,keyasint"`           // who wrote it
	Second   int64          `cbor:"7,keyasint,omitempty"` // who had it begin
	Made     int64          `cbor:"8,keyasint"`           // Unix seconds
	Over     int64          `cbor:"10,keyasint,omitempty"`
	Total    int            `cbor:"11,keyasint"` // accounts of the audience when they were counted

	Cursor   uint64 `cbor:"12,keyasint,omitempty"` // account that was looked at last: they come in the order of their numbers
	Complete bool   `cbor:"13,keyasint,omitempty"` // no account is left to look at

	// How many messages were made, and how those ended that did.
	Queued    int `cbor:"14,keyasint,omitempty"`
	Delivered int `cbor:"15,keyasint,omitempty"`
	Gone      int `cbor:"16,keyasint,omitempty"` // nobody reads the chat: the bot is blocked, the user deleted
	Refused   int `cbor:"17,keyasint,omitempty"` // the messenger does not take it
	Unknown   int `cbor:"18,keyasint,omitempty"` // the answer was lost twice
	Dropped   int `cbor:"19,keyasint,omitempty"` // unsent when the broadcast was cancelled

	// ShownTo and ShownIn are the chat and the message in which its progress is shown.
	ShownTo int64 `cbor:"20,keyasint,omitempty"`
	ShownIn int   `cbor:"21,keyasint,omitempty"`

	StopTold bool `cbor:"22,keyasint,omitempty"` // that it paused by itself
}

// BroadcastState is how far a broadcast is.
type BroadcastState uint8

// The states. A paused broadcast makes no messages; those that were made before
// still go out.
const (
	BroadcastWaiting BroadcastState = iota + 1 // for its confirmation
	BroadcastRunning
	BroadcastPaused
	BroadcastDone
	BroadcastCancelled
)

// Active reports whether a broadcast keeps another one from beginning.
func (b Broadcast) Active() bool { return b.State == BroadcastRunning || b.State == BroadcastPaused }

// Answerable are who wrote a broadcast and who had it begin: they hear how it ends.
func (b Broadcast) Answerable() []int64 {
	if b.Second == 0 || b.Second == b.By {
		return []int64{b.By}
	}
	return []int64{b.By, b.Second}
}

// UnderWay is how many of its messages were made and have not ended.
func (b Broadcast) UnderWay() int {
	return b.Queued - b.Delivered - b.Gone - b.Refused - b.Unknown - b.Dropped
}

// hopeless is after how many refusals without one delivery a broadcast pauses by
// itself: there is something wrong with the message.
const hopeless = 10

// Hopeless reports whether the messenger takes the message from nobody.
func (b Broadcast) Hopeless() bool { return b.Delivered == 0 && b.Refused >= hopeless }

// End counts how one of its messages ended.
func (b *Broadcast) End(o Outcome) {
	switch {
	case o == Delivered:
		b.Delivered++
	case o == Unknown:
		b.Unknown++
	case o == Refused:
		b.Refused++
	case b.State == BroadcastCancelled:
		b.Dropped++
	default:
		b.Gone++
	}
	if b.State == BroadcastRunning && b.Hopeless() {
		b.State = BroadcastPaused
	}
}

// Stopped reports whether it paused by itself, and nobody was told.
func (b Broadcast) Stopped() bool {
	return b.State == BroadcastPaused && b.Hopeless() && !b.StopTold
}

// StartRow are the buttons of one that waits to be started.
func (b Broadcast) StartRow() []Button {
	return []Button{
		{Caption: "button.broadcast_start", Event: BroadcastStarted, Arg: int(b.Number), Style: Success},
		{Caption: "button.drop_broadcast", Event: BroadcastDropped, Arg: int(b.Number)},
	}
}

// Message is what its residents get.
func (b Broadcast) Message() Say {
	say := Say{Text: "desk.broadcast_message", Args: Args{Value: b.Text}, Buttons: [][]Button{{{Caption: newsOffCaption, Event: newsOff}}}}
	if b.Photo != "" {
		say.Attach = Attachment{Kind: PhotoFile, FileID: b.Photo}
	}
	return say
}
