package bot

import (
	"fmt"

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

// errandOf reads an effect that stays in the bot; chat is 0 where it is the
// conversation's own.
func errandOf(effect flows.Effect) (chat int64, do errand, err error) {
	switch e := effect.(type) {
	case flows.Tell:
		return e.To, errand{News: e.News, Value: e.Value}, nil
	case flows.Menu:
		return e.Chat, errand{Menu: &e.Role}, nil
	case flows.CountAudience:
		return 0, errand{Count: &e}, nil
	case flows.RunBroadcast:
		return 0, errand{Broadcast: true}, nil
	case flows.RunImport:
		return 0, errand{Import: &e}, nil
	case flows.Backup:
		return 0, errand{Backup: true}, nil
	case flows.SendTable:
		return 0, errand{Table: e.Table}, nil
	case flows.Forget:
		return 0, errand{Forget: true, Tickets: e.Tickets}, nil
	}
	return 0, errand{}, fmt.Errorf("unknown effect %T", effect)
}

func renderErrand(chat int64, e errand) (storage.Record, error) {
	payload, err := cbor.Marshal(e)
	return storage.Record{Channel: storage.Inner, Chat: chat, Payload: payload}, err
}

// carry brings an errand to its end, however often it must be begun.
func (d *dispatcher) carry(a *attempt) flows.Outcome {
	var e errand
	if err := cbor.Unmarshal(a.Payload, &e); err != nil {
		d.bury(a.Record, "payload does not decode")
		return 0
	}
	if e.lengthy() {
		defer a.ownSlot()()
	}
	for {
		removed, err := d.do(a, &e)
		switch {
		case err == nil && removed:
			return 0
		case err == nil:
			return flows.Delivered
		case a.ctx.Err() != nil:
			return 0
		}
		d.bot.Log.Error("errand", "chat", a.Chat, "record", a.Sequence, "err", err)
		if !a.again() {
			return 0
		}
	}
}

// do does an errand, and reports whether the record is gone with that: what is
// told to a conversation removes it in the same transaction, so that it is told
// once.
func (d *dispatcher) do(a *attempt, e *errand) (removed bool, err error) {
	switch {
	case e.Forget:
		return false, d.bot.Store.Forget(a.ctx, a.Chat, a.Sequence, e.Tickets...)
	case e.Table != "":
		return false, d.sendTable(a, e)
	case e.Menu != nil:
		return false, d.bot.setMenu(a.ctx, a.Chat, *e.Menu)
	case e.Broadcast:
		d.bot.bulk.rouse()
		return false, nil
	case e.Backup:
		return true, d.backup(a)
	case e.Import != nil:
		return true, d.runImport(a, e)
	case e.Count != nil:
		n, err := d.bot.countAudience(a.ctx, e.Count.Audience)
		if err != nil {
			return false, err
		}
		return true, d.tellTurn(a, flows.Turn{News: flows.AudienceCounted, Text: e.Count.Counted(n)})
	}
	return true, d.tellTurn(a, flows.Turn{News: e.News, Text: e.Value})
}

// tellTurn tells the conversation of an errand, by a turn that ends with it.
func (d *dispatcher) tellTurn(a *attempt, t flows.Turn) error {
	t.Kind = flows.Told
	done := make(chan error, 1)
	d.bot.in.add(a.Chat, func(int) job { return job{record: a.Sequence, turn: t, done: func(err error) { done <- err }} })
	return <-done
}
