package bot

import (
	"mvkbot/flows"
	"mvkbot/storage"
)

// alarms are what is told when a trouble begins, and when it is over: administrators,
// and those from a lower role on who can see to it.
var alarms = map[flows.AlarmName]struct {
	begins, over flows.Text
	role         flows.Role
}{
	flows.AlarmSMS:         {"alert.channel_down", "alert.channel_up", flows.Administrator},
	flows.AlarmMail:        {"alert.channel_down", "alert.channel_up", flows.Administrator},
	flows.AlarmConflict:    {"alert.conflict", "alert.conflict_over", flows.Administrator},
	flows.AlarmDisk:        {"alert.disk", "alert.disk_over", flows.Administrator},
	flows.AlarmClock:       {"alert.clock", "alert.clock_over", flows.Administrator},
	flows.AlarmPast:        {"alert.past", "alert.past_over", flows.Administrator},
	flows.AlarmFaults:      {"alert.poison", "alert.poison_over", flows.Administrator},
	flows.AlarmTickets:     {"alert.tickets", "alert.tickets_over", flows.Supervisor},
	flows.AlarmDay:         {"alert.sms_day", "alert.sms_day_over", flows.Administrator}, // it begins with an SMS
	flows.AlarmDeadLetters: {"alert.dead_letter", "alert.dead_letter_over", flows.Administrator},
}

// alarm appends to the outbox what the staff are to be told of a trouble that
// begins, or is over: nothing where they know.
func (b *Bot) alarm(tx *storage.Turn, name flows.AlarmName, on bool, a flows.Args) ([]storage.Record, error) {
	text := alarms[name].over
	news := !on && flows.ClearAlarm(tx, name)
	if on {
		text, news = alarms[name].begins, flows.RaiseAlarm(tx, name, b.Now().Unix())
	}
	if !news {
		return nil, nil
	}
	records, err := b.alerts(tx, flows.Alert{Text: text, Args: a, Role: alarms[name].role}, b.Now())
	if err != nil {
		return nil, err
	}
	return records, tx.AppendAll(records)
}

// tell tells the staff of a trouble that begins or is over. It is told by a
// later look where it cannot be stored now.
func (d *dispatcher) tell(name flows.AlarmName, on bool, a flows.Args) (ok bool) {
	var records []storage.Record
	err := d.turn(func(tx *storage.Turn) (err error) {
		records, err = d.bot.alarm(tx, name, on, a)
		return err
	})
	if err != nil {
		d.bot.Log.Error("tell of a trouble", "alarm", string(name), "err", err)
		return false
	}
	if on { // also where nobody can be told
		d.bot.Log.Warn("trouble", "alarm", string(name))
	} else {
		d.bot.Log.Info("trouble is over", "alarm", string(name))
	}
	d.add(records)
	return true
}
