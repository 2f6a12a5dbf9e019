package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"mvkbot/flows"
)

// The key space: one byte for the kind of record, then its identity. What one
// turn writes besides its conversation grows at one end (outbox, seen updates),
// so that a group of turns touches few pages.
const (
	kindMeta         = 'm'
	kindConversation = 'c' // chat
	kindDeadline     = 'd' // second, chat
	kindOutbox       = 'o' // sequence
	kindDead         = 'x' // sequence: dead letters
	kindSeen         = 'u' // update id
	kindOwner        = 'p' // hash of a contact
	kindAccount      = 'a' // number
	kindBindings     = 'b' // account number
	kindHolders      = 'h' // hash of a contract number
	kindUsage        = 'g' // hash of a budget
	kindAudit        = 'l' // line: the only record besides indexes that is not sealed as a whole
	kindSubject      = 's' // random number of a person in the audit log
	kindTally        = 'v' // day: what was counted on it
	kindActor        = 'i' // member of staff, audit line inverted: the newest comes first
	kindSurname      = 'n' // hash of a surname's beginning, tag, id: who is found by it
	kindUsername     = 'e' // hash of a username: chat
	kindTicket       = 't' // number
	kindTickets      = 'j' // account number: the numbers of its tickets
	kindMessage      = 'k' // ticket, index
	kindRelay        = 'y' // chat, message: what of a ticket stands there
	kindQueue        = 'q' // state of a ticket, second, ticket
	kindBroadcast    = 'w' // number
)

// The tags of who is found, and what their ids are.
const (
	tagAccount      = 'a' // number
	tagChat         = 'c' // chat in key order; in no index: it has nothing to be found by
	tagRegistration = 'r' // chat in key order
)

// The records that are one each.
var (
	metaSeal      = []byte{kindMeta, 's'} // proves the key, holds the schema
	metaAccount   = []byte{kindMeta, 'a'} // last account number
	metaTicket    = []byte{kindMeta, 't'} // last ticket number
	metaAudit     = []byte{kindMeta, 'l'} // end of the audit log
	metaReview    = []byte{kindMeta, 'v'} // how far the bindings were compared with the directory
	metaBroadcast = []byte{kindMeta, 'w'} // which broadcasts there are
	metaStaff     = []byte{kindMeta, 'f'} // who was granted a role
	metaOperation = []byte{kindMeta, 'o'} // how the bot as a whole is run
	metaApprovals = []byte{kindMeta, 'q'} // deeds that wait for a second person
	metaAlarms    = []byte{kindMeta, 'n'} // troubles that administrators know of
)

func key64(kind byte, id uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kind}, id)
}

// idOf reads the number of a key64.
func idOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[1:]) }

// chatKey keeps the order of signed ids.
func chatKey(chat int64) []byte { return key64(kindConversation, uint64(chat)+math.MaxInt64+1) }

func chatOf(b []byte) int64 { return int64(binary.BigEndian.Uint64(b) - math.MaxInt64 - 1) }

func deadlineKey(at time.Time, chat int64) []byte {
	return append(key64(kindDeadline, uint64(at.Unix())), chatKey(chat)[1:]...)
}

func auditKey(line uint64) []byte { return key64(kindAudit, line) }

// actorKey is the row of a line in the index of what a member of staff did.
func actorKey(actor int64, line uint64) []byte {
	return binary.BigEndian.AppendUint64(actorRows(actor), ^line)
}

// actorRows is the beginning of all rows of a member of staff.
func actorRows(actor int64) []byte { return append([]byte{kindActor}, chatKey(actor)[1:]...) }

// actorOf reads an actorKey.
func actorOf(key []byte) (actor int64, line uint64) {
	return chatOf(key[1:9]), ^binary.BigEndian.Uint64(key[9:])
}

func tallyKey(d flows.Day) []byte { return binary.BigEndian.AppendUint32([]byte{kindTally}, uint32(d)) }

func dayOf(tallyKey []byte) flows.Day { return flows.Day(binary.BigEndian.Uint32(tallyKey[1:])) }

func messageKey(ticket uint64, index uint32) []byte {
	return binary.BigEndian.AppendUint32(key64(kindMessage, ticket), index)
}

func relayKey(p flows.Place) []byte {
	return binary.BigEndian.AppendUint64(append([]byte{kindRelay}, chatKey(p.Chat)[1:]...), uint64(p.Message))
}

// queueKeySize is the length of a row of the queue.
const queueKeySize = 1 + 1 + 8 + 8

// queueKey is the row of a ticket in the queue: by state, in the order in which
// the tickets came into it.
func queueKey(t flows.Ticket) []byte {
	k := binary.BigEndian.AppendUint64([]byte{kindQueue, byte(t.State)}, uint64(t.Since))
	return binary.BigEndian.AppendUint64(k, t.Number)
}

// queuedOf reads a queueKey.
func queuedOf(key []byte) (s flows.TicketState, since time.Time, number uint64) {
	at := int64(binary.BigEndian.Uint64(key[2:]))
	return flows.TicketState(key[1]), time.Unix(at, 0), binary.BigEndian.Uint64(key[10:])
}

// ordered is a chat's place in the order of keys.
func ordered(chat int64) uint64 { return binary.BigEndian.Uint64(chatKey(chat)[1:]) }

// seenDay is the day on which an update is seen, as its record keeps it.
func seenDay(at time.Time) uint32 { return uint32(at.Unix() / 86400) }

func (s *Store) ownerKey(c flows.Contact) []byte {
	return append([]byte{kindOwner}, s.seal.hash(fmt.Sprintf("contact %d", c.Channel), c.Value)...)
}

func (s *Store) holdersKey(n flows.Number) []byte {
	return append([]byte{kindHolders}, s.seal.hash("contract", string(n))...)
}

// surnameRows is where the rows of a surname's beginning start.
func (s *Store) surnameRows(prefix string) []byte {
	return append([]byte{kindSurname}, s.seal.hash("surname", prefix)...)
}

// surnameKeySize is the length of a surnameKey.
const surnameKeySize = 1 + hashSize + 1 + 8

func (s *Store) surnameKey(prefix string, who flows.Cursor) []byte {
	return binary.BigEndian.AppendUint64(append(s.surnameRows(prefix), who.Tag), who.ID)
}

func (s *Store) usernameKey(name string) []byte {
	return append([]byte{kindUsername}, s.seal.hash("username", strings.ToLower(name))...)
}

func (s *Store) usageKey(b flows.Budget) []byte {
	return append([]byte{kindUsage}, s.seal.hash("budget "+b.Name, b.Subject)...)
}
