package bot

import (
	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
	"mvkbot/storage"
)

// errand is an outbox record that never leaves the bot: news for another
// conversation, or the order to forget what lies undelivered for this one, to
// change its menu of commands, to write a copy of the database, to count the
// audience of a broadcast, or to go on with one. It is in the outbox because it
// must survive what the turn survives.
type errand struct {
	News   flows.News `cbor:"1,keyasint,omitempty"`
	Value  string     `cbor:"2,keyasint,omitempty"`
	Forget bool       `cbor:"3,keyasint,omitempty"`
	// Menu sets the commands of the chat to those of a role; nil: none of that.
	Menu *flows.Role `cbor:"4,keyasint,omitempty"`
	// Table is sent as files; Sent of them are there already.
	Table     string               `cbor:"5,keyasint,omitempty"`
	Sent      int                  `cbor:"6,keyasint,omitempty"`
	Tickets   []uint64             `cbor:"7,keyasint,omitempty"`  // to be forgotten, too
	Import    *flows.RunImport     `cbor:"8,keyasint,omitempty"`  // work on the contract directory
	Count     *flows.CountAudience `cbor:"10,keyasint,omitempty"` // of a broadcast
	Broadcast bool                 `cbor:"11,keyasint,omitempty"` // is gone on with
	Backup    bool                 `cbor:"12,keyasint,omitempty"` // is written
}

// lengthy reports whether an errand takes so long that those of others must not
// wait for its slot.
func (e *errand) lengthy() bool {
	return e.Table != "" || e.Import != nil || e.Count != nil || e.Backup
}

func renderErrand(chat int64, e errand) (storage.Record, error) {
	payload, err := cbor.Marshal(e)
	return storage.Record{Channel: storage.Inner, Chat: chat, Payload: payload}, err
}

// carry does an errand. News are played as a turn that removes the record in
// the same transaction, so that they are heard once.
func (d *dispatcher) carry(a *attempt) flows.Outcome {
	var e errand
	if err := cbor.Unmarshal(a.Payload, &e); err != nil {
		d.bury(a.Record, "payload does not decode")
		return 0
	}
	if e.lengthy() {
		defer a.ownSlot()()
	}
	if e.Backup {
		return d.backup(a)
	}
	for {
		var err error
		switch {
		case e.Forget:
			err = d.bot.Store.Forget(a.ctx, a.Chat, a.Sequence, e.Tickets...)
		case e.Import != nil:
			if err = d.runImport(a, &e); err == nil {
				return 0 // the turn that heard of it removed the record
			}
		case e.Table != "":
			err = d.sendTable(a, &e)
		case e.Menu != nil:
			err = d.bot.setMenu(a.ctx, a.Chat, *e.Menu)
		case e.Broadcast:
			d.bot.bulk.rouse()
		default:
			if err = d.hear(a, e); err == nil {
				return 0 // the turn that heard them removed the record
			}
		}
		if err == nil {
			return flows.Delivered
		}
		d.bot.Log.Error("errand", "chat", a.Chat, "record", a.Sequence, "err", err)
		if !a.again() {
			return 0
		}
	}
}

// hear plays news, and a count once it is made.
func (d *dispatcher) hear(a *attempt, e errand) error {
	if e.Count != nil {
		n, err := d.bot.countAudience(a.ctx, e.Count.Audience)
		if err != nil {
			return err
		}
		e.News, e.Value = flows.AudienceCounted, e.Count.Counted(n)
	}
	return d.news(a, e)
}

func (d *dispatcher) news(a *attempt, e errand) error {
	return d.tellTurn(a, flows.Turn{Kind: flows.Told, News: e.News, Text: e.Value})
}

// tellTurn plays a turn that ends with the errand, in one transaction.
func (d *dispatcher) tellTurn(a *attempt, t flows.Turn) error {
	done := make(chan error, 1)
	d.bot.in.add(a.Chat, func(int) job { return job{record: a.Sequence, turn: t, done: func(err error) { done <- err }} })
	return <-done
}
