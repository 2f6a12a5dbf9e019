package flowtest

import "mvkbot/flows"

// Broadcast implements flows.Broadcasts.
func (l *Ledger) Broadcast(number uint64) flows.Broadcast {
	if number == 0 || number > uint64(len(l.Bulk)) {
		return flows.Broadcast{}
	}
	return l.Bulk[number-1]
}

// OpenBroadcast implements flows.Broadcasts.
func (l *Ledger) OpenBroadcast(b flows.Broadcast) uint64 {
	b.Number = uint64(len(l.Bulk)) + 1
	l.Bulk = append(l.Bulk, b)
	return b.Number
}

// SaveBroadcast implements flows.Broadcasts.
func (l *Ledger) SaveBroadcast(b flows.Broadcast) { l.Bulk[b.Number-1] = b }

// DropBroadcast implements flows.Broadcasts.
func (l *Ledger) DropBroadcast(number uint64) { l.Bulk[number-1] = flows.Broadcast{} }

// ActiveBroadcast implements flows.Broadcasts.
func (l *Ledger) ActiveBroadcast() uint64 {
	for _, b := range l.Bulk {
		if b.Active() {
			return b.Number
		}
	}
	return 0
}
