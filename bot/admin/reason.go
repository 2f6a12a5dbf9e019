package admin

import "mvkbot/flows"

// maxReason is the longest reason taken, in UTF-16 units.
const maxReason = 500

// reason notes why something is done, as one line; it answers where that is too
// long for the messages that show it.
func (k *call) reason(why string) bool {
	why = flows.OneLine(why)
	if flows.Units(why) > maxReason {
		k.refuse("desk.long_reason", flows.Args{N: maxReason})
		return false
	}
	k.detail = why
	return true
}
