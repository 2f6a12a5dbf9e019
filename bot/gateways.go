package bot

import (
	"time"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/notify"
	"mvkbot/storage"
)

const (
	// downAfter is how many failures in a row mean that a gateway does not work.
	downAfter = 3
	// refusingAfter is how many chats in a row, refused all they ask for, mean the same:
	// a gateway without credit may refuse each message. One chat can type as many wrong
	// contacts as it likes.
	refusingAfter = 10
)

// gatewayState is how a channel out of the bot works.
type gatewayState struct {
	channel  storage.Channel
	alarm    flows.AlarmName
	failures int                // in a row
	refused  map[int64]struct{} // chats in a row, failures aside; no more than refusingAfter
	down     bool               // and administrators were told so
	since    time.Time
}

// gatewayOf needs mu.
func (d *dispatcher) gatewayOf(ch storage.Channel) *gatewayState {
	for i := range d.gateways {
		if d.gateways[i].channel == ch {
			return &d.gateways[i]
		}
	}
	return nil
}

// know takes over what an earlier process told.
func (d *dispatcher) know(told []flows.Alarm) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.gateways {
		g := &d.gateways[i]
		g.since = d.bot.Now()
		for _, a := range told {
			if a.Name == g.alarm {
				g.down, g.since = true, time.Unix(a.Since, 0)
			}
		}
	}
}

// health notes an answer of a gateway to what a chat asked for, and tells the
// administrators once when it is down and once when it takes a message again. What
// cannot be stored is told by the next answer.
func (d *dispatcher) health(ch storage.Channel, chat int64, err error) {
	d.mu.Lock()
	g := d.gatewayOf(ch)
	g.note(chat, notify.OutcomeOf(err))
	refusing := g.failures == 0
	d.mu.Unlock()
	if d.changed(g) == nil {
		return
	}
	d.telling.Lock() // two answers at once must not be told in the wrong order
	defer d.telling.Unlock()
	down := d.changed(g)
	if down == nil {
		return
	}
	a := flows.Args{Label: ch.String(), Hint: refusing}
	if err != nil {
		a.Value = err.Error()
	}
	if !d.tell(g.alarm, *down, a) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	g.down, g.since = *down, d.bot.Now()
}

// note counts an answer to what a chat asked for.
func (g *gatewayState) note(chat int64, o notify.Outcome) {
	switch o {
	case notify.Done:
		g.failures = 0
		clear(g.refused)
	case notify.Refused:
		g.failures = 0
		if len(g.refused) < refusingAfter {
			g.refused[chat] = struct{}{}
		}
	default:
		g.failures++
	}
}

// changed tells whether a gateway is down where administrators believe
// otherwise; nil where they know.
func (d *dispatcher) changed(g *gatewayState) *bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	down := g.failures >= downAfter || len(g.refused) >= refusingAfter || g.down && g.failures+len(g.refused) > 0
	if down == g.down {
		return nil
	}
	return &down
}

func (d *dispatcher) gatewayHealth() (all []admin.GatewayHealth) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, g := range d.gateways {
		all = append(all, admin.GatewayHealth{Channel: g.channel.String(), Down: g.down, Since: g.since})
	}
	return all
}
