package bot

import (
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/admin"
	"mvkbot/bot/admin/sheet"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// sendTable sends a table of the desk, file by file. What was sent is noted
// after each file, so that another process does not send it again; the table
// itself is made anew.
func (d *dispatcher) sendTable(a *attempt, e *errand) error {
	b := d.bot
	role, err := d.role(a)
	if err != nil {
		return err
	}
	if role == flows.NoRole {
		b.Log.Warn("table not sent to somebody without a role", "chat", a.Chat, "table", e.Table)
		return nil
	}
	x := admin.Export{
		Table: admin.Table(e.Table), Masked: role < flows.Supervisor, Source: b.Store, Texts: b.Texts, Location: b.Engine.Rules().Location,
	}
	made := 0
	err = x.Write(a.ctx, func(p sheet.Part) error {
		if made++; made <= e.Sent {
			return nil
		}
		if err := d.sendFile(a, p.Name, p.Data); err != nil {
			return err
		}
		e.Sent = made
		return d.noteErrand(a, *e)
	})
	var refused *telegram.Error
	if errors.As(err, &refused) && (refused.Kind == telegram.Gone || refused.Kind == telegram.Refused) {
		b.Log.Error("table not sent", "chat", a.Chat, "table", e.Table, "err", err)
		return nil
	}
	return err
}

// role is what the chat of an errand may do by now.
func (d *dispatcher) role(a *attempt) (flows.Role, error) {
	crew, err := d.bot.crew(a.ctx)
	return d.bot.Engine.Rules().Role(crew, a.Chat), err
}

// sendFile sends a file that must not be passed on.
func (d *dispatcher) sendFile(a *attempt, name string, data []byte) error {
	if err := d.bot.Pacer.Wait(a.ctx, a.Chat); err != nil {
		return err
	}
	_, err := d.bot.Telegram.Do(a.ctx, telegram.Call{
		Method: "sendDocument", Params: map[string]string{"chat_id": itoa(a.Chat), "protect_content": "true"},
		File: &telegram.File{Field: "document", Name: name, Data: data},
	})
	return err
}

// noteErrand keeps how far an errand has come.
func (d *dispatcher) noteErrand(a *attempt, e errand) error {
	payload, err := cbor.Marshal(e)
	if err != nil {
		return err
	}
	a.Payload = payload
	return d.turn(func(tx *storage.Turn) error {
		ok, err := tx.Rewrite(a.Record)
		if err == nil && !ok {
			err = fmt.Errorf("record %d is gone", a.Sequence)
		}
		return err
	})
}
