package admin

import (
	"strconv"

	"mvkbot/flows"
)

const (
	broadcastPaused    flows.Event = "desk_broadcast_pause"
	broadcastResumed   flows.Event = "desk_broadcast_resume"
	broadcastCancelled flows.Event = "desk_broadcast_cancel"
	broadcastShown     flows.Event = "desk_broadcast_show"
)

// broadcast is one message to many: it is written in a dialog, begins once a
// second person has confirmed it, and is watched, paused and cancelled here.
var broadcast = command{
	name: "broadcast", role: flows.Administrator, help: "desk.help.broadcast", run: runBroadcast,
	presses: map[flows.Event]string{
		flows.BroadcastStarted: "/broadcast start %d",
		flows.BroadcastDropped: "/broadcast drop %d",
		broadcastPaused:        "/broadcast pause %d",
		broadcastResumed:       "/broadcast resume %d",
		broadcastCancelled:     "/broadcast cancel %d",
		broadcastShown:         "/broadcast show %d",
	},
}

// broadcastDeeds are what may be done with a broadcast, by the word in the line.
var broadcastDeeds = map[string]func(*call, flows.Broadcast){
	"start": startBroadcast, "drop": dropBroadcast, "show": showBroadcast,
	"pause":  moveBroadcast(flows.BroadcastRunning, flows.BroadcastPaused, "desk.broadcast_not_running"),
	"resume": moveBroadcast(flows.BroadcastPaused, flows.BroadcastRunning, "desk.broadcast_not_paused"),
	// The pause before is the question whether it is meant.
	"cancel": moveBroadcast(flows.BroadcastPaused, flows.BroadcastCancelled, "desk.broadcast_not_paused"),
}

func runBroadcast(k *call) {
	if k.args == "" {
		openBroadcast(k)
		return
	}
	word, number := firstWord(k.args)
	do := broadcastDeeds[word]
	n, err := strconv.ParseUint(number, 10, 64)
	if do == nil || err != nil {
		k.refuse("desk.broadcast_usage", flows.Args{})
		return
	}
	k.note = word + " " + number
	b := k.l.Broadcast(n)
	if b.Number == 0 {
		k.refuse("desk.broadcast_none", flows.Args{})
		return
	}
	do(k, b)
}

// openBroadcast shows the broadcast that is active, else asks for a new one.
func openBroadcast(k *call) {
	if n := k.l.ActiveBroadcast(); n != 0 {
		showBroadcast(k, k.l.Broadcast(n))
		return
	}
	k.quiet = true
	k.enter(k.Engine.BeginBroadcast)
}

func startBroadcast(k *call, b flows.Broadcast) {
	if b.State != flows.BroadcastWaiting {
		k.refuse("desk.broadcast_begun", flows.Args{N: int(b.Number)})
		return
	}
	if n := k.l.ActiveBroadcast(); n != 0 {
		k.refuse("desk.broadcast_busy", flows.Args{N: int(n)})
		return
	}
	if !k.approved {
		k.preview(b)
	}
	if !k.seconded(flows.Administrator, "desk.broadcast_sure", flows.Args{Desk: b}) {
		return
	}
	b.State, b.Second = flows.BroadcastRunning, k.c.Chat
	k.keepBroadcast(b)
}

// preview shows a broadcast to those who are going to be asked about it, as its
// residents will see it.
func (k *call) preview(b flows.Broadcast) {
	for _, m := range k.others(flows.Administrator) {
		k.out = append(k.out, flows.For{Chat: m.Chat, Effects: []flows.Effect{b.Message()}})
	}
}

// keepBroadcast saves a broadcast, tells who sends it, and shows it. The message
// that was pressed goes on showing how it gets on.
func (k *call) keepBroadcast(b flows.Broadcast) {
	if k.pressed {
		b.ShownTo, b.ShownIn = k.c.Chat, k.t.Message
	}
	k.l.SaveBroadcast(b)
	k.out = append(k.out, flows.RunBroadcast{})
	k.sayBroadcast(b)
}

func (k *call) sayBroadcast(b flows.Broadcast) {
	say := broadcastSay(b, k.l.Operation().Closed != 0)
	k.say(say.Text, say.Args, say.Buttons...)
}

func dropBroadcast(k *call, b flows.Broadcast) {
	if b.State != flows.BroadcastWaiting {
		k.refuse("desk.broadcast_begun", flows.Args{N: int(b.Number)})
		return
	}
	k.l.DropBroadcast(b.Number)
	k.say("desk.broadcast_dropped", flows.Args{})
}

// moveBroadcast takes a broadcast from one state to another, and refuses
// what is in another than the first.
func moveBroadcast(from, to flows.BroadcastState, otherwise flows.Text) func(*call, flows.Broadcast) {
	return func(k *call, b flows.Broadcast) {
		if b.State != from {
			k.refuse(otherwise, flows.Args{N: int(b.Number)})
			return
		}
		b.State, b.StopTold = to, false
		if to == flows.BroadcastCancelled {
			b.Over = k.t.At.Unix()
			k.tellCancelled(b)
		}
		k.keepBroadcast(b)
	}
}

// tellCancelled tells the others who answer for a broadcast.
func (k *call) tellCancelled(b flows.Broadcast) {
	for _, say := range Outcomes(b, k.Engine.Rules(), k.l) {
		if say.To != k.c.Chat {
			k.out = append(k.out, flows.For{Chat: say.To, Effects: []flows.Effect{say}})
		}
	}
}

// showBroadcast shows how a broadcast gets on, from then on in this message.
func showBroadcast(k *call, b flows.Broadcast) {
	k.quiet = true
	if k.pressed {
		b.ShownTo, b.ShownIn = k.c.Chat, k.t.Message
		k.l.SaveBroadcast(b)
	}
	k.sayBroadcast(b)
}

// broadcastView is what the text of a broadcast shows.
type broadcastView struct {
	flows.Broadcast
	Closed bool // it waits for the door
}

// broadcastSay is a broadcast as it stands, with what can be done about it.
func broadcastSay(b flows.Broadcast, closed bool) flows.Say {
	n := int(b.Number)
	var rows [][]flows.Button
	switch b.State {
	case flows.BroadcastWaiting:
		rows = [][]flows.Button{b.StartRow()}
	case flows.BroadcastRunning:
		rows = [][]flows.Button{{button("button.broadcast_pause", broadcastPaused, n), button("button.broadcast_show", broadcastShown, n)}}
	case flows.BroadcastPaused:
		stop := button("button.broadcast_cancel", broadcastCancelled, n)
		stop.Style = flows.Danger
		rows = [][]flows.Button{{button("button.broadcast_resume", broadcastResumed, n), stop}}
	}
	return flows.Say{Text: "desk.broadcast", Args: flows.Args{Desk: broadcastView{b, closed}}, Buttons: rows}
}

// Outcomes are the messages about a broadcast that got no further, to whoever
// answers for it and is an administrator still.
func Outcomes(b flows.Broadcast, rules *flows.Rules, crew flows.Crew) (list []flows.Say) {
	for _, chat := range b.Answerable() {
		if rules.Role(crew, chat) == flows.Administrator {
			say := broadcastSay(b, false)
			say.To = chat
			list = append(list, say)
		}
	}
	return list
}

// Progress is the message of a broadcast that an administrator watches, as it
// stands now; false when nobody does.
func Progress(b flows.Broadcast, closed bool) (flows.Say, bool) {
	say := broadcastSay(b, closed)
	say.To, say.Replace = b.ShownTo, b.ShownIn
	return say, b.ShownIn != 0
}
