package admin

import (
	"strings"
	"time"

	"mvkbot/flows"
)

// maintenance closes the door for residents.
var maintenance = command{name: "maintenance", role: flows.Administrator, help: "desk.help.maintenance", run: runMaintenance}

// runMaintenance closes the door for residents and opens it again; without an
// argument it tells how the door stands.
func runMaintenance(k *call) {
	o, now := k.l.Operation(), k.t.At.Unix()
	switch strings.ToLower(k.args) {
	case "on":
		if o.Closed != 0 {
			k.refuse("desk.door_closed", flows.Args{Until: moment(o.Closed)})
			return
		}
		k.note = "on"
		if !k.confirm("desk.close_sure", flows.Args{}) {
			return
		}
		o.Closed = now
		k.l.SetOperation(o)
		k.say("desk.door_shut", flows.Args{})
	case "off":
		if o.Closed == 0 {
			k.refuse("desk.door_open", flows.Args{})
			return
		}
		k.note, o.Closed, o.Opened = "off", 0, now
		k.l.SetOperation(o)
		k.say("desk.door_opened", flows.Args{})
	case "":
		text := flows.Text("desk.door_open")
		if o.Closed != 0 {
			text = "desk.door_closed"
		}
		k.say(text, flows.Args{Until: moment(o.Closed)})
	default:
		k.refuse("desk.maintenance_usage", flows.Args{})
	}
}

// moment is a time that a record keeps, zero for none.
func moment(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0)
}
