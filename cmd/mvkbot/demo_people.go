package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/simulator/demo"
	"mvkbot/flows"
	"mvkbot/storage"
)

// The people whom a demo begins with: those of the page who have accounts
// already, and a town beside them, so that there is somebody to find and
// something to count. They come by the dialogs themselves, only without a
// messenger: what is said to them is not sent.
const (
	townsmen      = 60
	firstTownsman = 5_000_100_001
	townDays      = 7 // they came over so many days
)

var (
	townSurnames = []string{"Иванова", "Смирнова", "Кузнецова", "Попова", "Соколова", "Лебедева", "Козлова", "Новикова", "Морозова", "Петрова", "Королёва", "Ёлкина"}
	townNames    = []string{"Анна", "Мария", "Елена", "Ольга", "Наталья", "Татьяна", "Ирина"}
)

// settle founds the database of a demo with its people. The administrator of the
// page comes from the configuration, the operator has a role here.
func settle(a *app, store *storage.Store) error {
	engine, _, err := a.newEngine()
	if err != nil {
		return err
	}
	t := &settlement{ctx: a.ctx, store: store, engine: engine}
	err = store.Turn(a.ctx, func(tx *storage.Turn) error {
		tx.SetStaff([]flows.Member{{Chat: demo.Operator, Role: flows.Operator}})
		return nil
	})
	began := a.now().Add(-townDays * 24 * time.Hour)
	for i := range townsmen {
		if err == nil {
			err = t.comes(firstTownsman+int64(i), began.Add(time.Duration(i)*townDays*24*time.Hour/townsmen), townPerson(i), townSteps(i))
		}
	}
	for i, u := range demo.Settled() {
		p := person{u.LastName, u.FirstName, u.Phone, fmt.Sprintf("settled%d@mail.example", i+1), sampleContracts[i].Number, sampleContracts[i].Flat}
		if err == nil {
			err = t.comes(u.ID, began.Add(time.Duration(i+1)*13*time.Hour), p, everyStep)
		}
	}
	return err
}

// person is what somebody answers.
type person struct {
	surname, name, phone, email string
	contract                    flows.Number
	flat                        string
}

// townPerson makes up the i-th townsman; a block of numbers for everyone keeps
// them within the budgets.
func townPerson(i int) person {
	return person{
		townSurnames[i%len(townSurnames)], townNames[i%len(townNames)], fmt.Sprintf("+7903%03d%04d", 100+i, 1000+7*i),
		fmt.Sprintf("town%d@mail.example", i+1), sampleContracts[i%2].Number, sampleContracts[i%2].Flat,
	}
}

// everyStep is a walk from the first word to a bound contract.
const everyStep = 19

// townSteps is how far the i-th townsman goes: most to the end.
func townSteps(i int) int {
	if short := []int{3, 6, 10, 12, 15, 17}; i%9 < len(short) && i%2 == 1 {
		return short[i%len(short)]
	}
	return everyStep
}

// settlement plays residents into a store.
type settlement struct {
	ctx    context.Context
	store  *storage.Store
	engine *flows.Engine
	chat   int64
	at     time.Time
	asked  flows.Say
	code   string       // that is asked for
	letter string       // the code that the mail brought
	sent   []flows.Turn // that codes were handed over
	update int64
}

// comes plays the first steps of a walk, half a minute each.
func (t *settlement) comes(chat int64, at time.Time, p person, steps int) error {
	t.chat = chat
	said := func(s string) flows.Turn { return flows.Turn{Kind: flows.Said, Text: s} }
	pressed := func(e flows.Event) flows.Turn { return flows.Turn{Kind: flows.Pressed, Event: e} }
	walk := []flows.Turn{
		said("/start"), pressed("person_pressed"), pressed("register_pressed"), pressed("consent_given"),
		said(p.surname), said(p.name), pressed("skip_pressed"), said(p.phone), said(p.email), said(codeSaid), pressed("agreement_given"), pressed("submit_pressed"),
		said(codeSaid), said(codeSaid), pressed("bind_pressed"), pressed("flat_pressed"), said(string(p.contract)), said(p.flat), pressed("confirm_pressed"),
	}
	return t.store.Turn(t.ctx, func(tx *storage.Turn) error { // one for all steps: a demo is there at once
		t.at, t.sent = at, nil
		for i, turn := range walk[:steps] {
			if err := t.play(tx, turn); err != nil {
				return fmt.Errorf("resident %d, step %d: %w", chat, i+1, err)
			}
			t.at = t.at.Add(time.Duration(20+chat%17) * time.Second)
		}
		return nil
	})
}

// codeSaid stands for whatever code came last.
const codeSaid = "{code}"

// errLost is returned when the dialogs went another way than the walk.
var errLost = errors.New("the question has no such answer")

func (t *settlement) play(tx *storage.Turn, turn flows.Turn) error {
	t.update--
	turn.At, turn.Update = t.at, t.update
	rand.Read(turn.Entropy[:]) // never fails (crypto/rand)
	if turn.Text == codeSaid {
		turn.Text = t.code
	}
	if turn.Kind == flows.Pressed {
		turn.Dialog, turn.Revision, turn.Message = t.asked.Dialog, t.asked.Revision, 1
	}
	c, err := tx.Conversation(t.chat)
	if err != nil {
		return err
	}
	next, effects, err := t.engine.Step(c, turn, tx)
	if err != nil {
		return err
	}
	if turn.Kind == flows.Pressed && next.Event == "" {
		return errLost
	}
	if err := tx.SaveConversation(next); err != nil {
		return err
	}
	if turn.Kind == flows.Reported { // nothing was asked
		return nil
	}
	t.hear(effects)
	sent := t.sent
	t.sent = nil
	for _, s := range sent {
		err = errors.Join(err, t.play(tx, s))
	}
	return err
}

// hear notes the question and the code; the phone's comes before the mail's.
func (t *settlement) hear(effects []flows.Effect) {
	var sms, letter string
	for _, e := range effects {
		switch e := e.(type) {
		case flows.Say:
			if e.Dialog != 0 {
				t.asked = e
			}
			if e.Attach.Kind == flows.CaptchaPicture {
				t.code = e.Attach.Answer
			}
		case flows.SMS:
			sms = e.Args.Code
			t.sent = append(t.sent, flows.Turn{Kind: flows.Reported, Ref: e.Report, Outcome: flows.Delivered, Text: string(e.To)})
		case flows.Mail:
			letter = e.Args.Code
			t.sent = append(t.sent, flows.Turn{Kind: flows.Reported, Ref: e.Report, Outcome: flows.Delivered, Text: string(e.To)})
		}
	}
	switch {
	case sms != "":
		t.code, t.letter = sms, letter
	case t.letter != "":
		t.code, t.letter = t.letter, ""
	}
}

// meet reminds the simulator of those who wrote to the bot before it began. All who
// are on the page might have, if the database was there.
func (p demoPlace) meet(sim *simulator.Server) {
	for i := range int64(townsmen) {
		sim.Meet(firstTownsman + i)
	}
	if p.founded {
		return
	}
	for _, id := range demo.Everybody() {
		sim.Meet(id)
	}
}
