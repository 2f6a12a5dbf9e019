package bot

import (
	"mvkbot/flows"
	"mvkbot/storage"
)

// alarmTexts are what administrators are told when a trouble begins, and when it
// is over.
var alarmTexts = map[flows.AlarmName]struct{ begins, over flows.Text }{
	flows.AlarmSMS:         {"alert.channel_down", "alert.channel_up"},
	flows.AlarmMail:        {"alert.channel_down", "alert.channel_up"},
	flows.AlarmConflict:    {"alert.conflict", "alert.conflict_over"},
	flows.AlarmDisk:        {"alert.disk", "alert.disk_over"},
	flows.AlarmClock:       {"alert.clock", "alert.clock_over"},
	flows.AlarmPast:        {"alert.past", "alert.past_over"},
	flows.AlarmFaults:      {"alert.poison", "alert.poison_over"},
	flows.AlarmTickets:     {"alert.tickets", "alert.tickets_over"},
	flows.AlarmDeadLetters: {"alert.dead_letter", "alert.dead_letter_over"},
}

// alarm appends to the outbox what administrators are to be told of a trouble
// that begins, or is over: nothing where they know.
func (b *Bot) alarm(tx *storage.Turn, name flows.AlarmName, on bool, a flows.Args) ([]storage.Record, error) {
	text := alarmTexts[name].over
	news := !on && flows.ClearAlarm(tx, name)
	if on {
		text, news = alarmTexts[name].begins, flows.RaiseAlarm(tx, name, b.Now().Unix())
	}
	if !news {
		return nil, nil
	}
	records, err := b.alerts(tx, flows.Alert{Text: text, Args: a}, b.Now())
	if err != nil {
		return nil, err
	}
	return records, tx.AppendAll(records)
}

// tell tells administrators of a trouble that begins or is over. It is told by a
// later look where it cannot be stored now.
func (d *dispatcher) tell(name flows.AlarmName, on bool, a flows.Args) (ok bool) {
	var records []storage.Record
	err := d.turn(func(tx *storage.Turn) (err error) {
		records, err = d.bot.alarm(tx, name, on, a)
		return err
	})
	if err != nil {
		d.bot.Log.Error("tell administrators", "alarm", string(name), "err", err)
		return false
	}
	if on { // also where no administrator can be told
		d.bot.Log.Warn("trouble", "alarm", string(name))
	} else {
		d.bot.Log.Info("trouble is over", "alarm", string(name))
	}
	d.add(records)
	return true
}
