package flows

// DeadLetter is a message that could not be delivered and is not tried again,
// without what it says.
type DeadLetter struct {
	Number  uint64
	Chat    int64
	Channel string // as logs name it; empty: the record is damaged
	To      string // phone or e-mail; empty: the chat
	Reason  string
	At      int64 // when it was made
	Until   int64 // no sense after that; 0 = for ever
	Ref     Ref   // of the captcha or code in it
}
