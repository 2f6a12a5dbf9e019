package admin

import (
	"context"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Monitor tells how the running bot is.
type Monitor interface{ Health() Health }

// Health is what only the running bot knows of itself.
type Health struct {
	Version   string
	Since     time.Time // of its start
	Poll      string    // how it takes updates, as telegram.State names it
	PollSince time.Time
	Gateways  []GatewayHealth
	Turns     int // that wait to be played
	Queues    []QueueHealth
	Faults    uint64 // turns given up since the start
	Database  DatabaseHealth
	Directory DirectoryHealth
}

// GatewayHealth is how a channel out of the bot works.
type GatewayHealth struct {
	Channel string
	Down    bool
	Since   time.Time
}

// QueueHealth is how many messages of a channel wait, or are under way.
type QueueHealth struct {
	Channel string
	Waiting int
}

// DatabaseHealth is the database's file and the disk that it is on.
type DatabaseHealth struct {
	Size    int64 // bytes
	Free    int64 // bytes left on the disk; below 0: nobody knows
	Commits uint64
}

// DirectoryHealth is the contract directory that is in use.
type DirectoryHealth struct {
	Rows     int64
	Version  uint64 // 0: nothing was imported yet
	Imported time.Time
}

const healthShown flows.Event = "desk_health"

// health shows how the bot is.
var health = command{
	name: "health", role: flows.Administrator, help: "desk.help.health", run: runHealth, read: readHealth,
	presses: map[flows.Event]string{healthShown: "/health"},
}

// healthView is what /health shows.
type healthView struct {
	Health
	Closed  time.Time // since when the door is closed, zero: open
	Oldest  time.Time // of the messages that wait, zero: none does
	Dead    int       // letters
	Tickets storage.Queue
	Alarms  []alarmView
	Backing time.Time // since when a copy is being made
}

type alarmView struct {
	Name  string
	Since time.Time
}

func readHealth(ctx context.Context, d *Desk, _ commandLine) (any, error) {
	oldest, err := d.Store.OldestWaiting(ctx)
	if err != nil {
		return nil, err
	}
	queue, err := d.Store.Queue(ctx)
	if err != nil {
		return nil, err
	}
	_, dead, err := d.Store.DeadLetterPage(ctx, 0, 0)
	return healthView{Health: d.Monitor.Health(), Oldest: moment(oldest), Dead: dead, Tickets: queue}, err
}

func runHealth(k *call) {
	v := k.found.(healthView)
	o := k.l.Operation()
	v.Closed, v.Backing = moment(o.Closed), moment(o.Backup)
	for _, a := range k.l.Alarms() {
		v.Alarms = append(v.Alarms, alarmView{string(a.Name), moment(a.Since)})
	}
	k.say("desk.health", flows.Args{Desk: v}, []flows.Button{{Caption: "button.desk_refresh", Event: healthShown}})
}
