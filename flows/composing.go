package flows

import (
	"fmt"
	"strings"
)

// Writing a broadcast (SPEC §3). What comes of it is confirmed and watched at
// the desk.
const (
	writeBroadcast State = "write_broadcast"
	chooseAudience State = "choose_audience"
	nameDistrict   State = "name_district"
	countAudience  State = "count_audience"
)

const (
	broadcastGiven   Event = "broadcast_given"
	broadcastWrong   Event = "broadcast_wrong"
	everybodyPressed Event = "everybody_pressed"
	withPressed      Event = "with_pressed"
	withoutPressed   Event = "without_pressed"
	districtPressed  Event = "district_pressed"
	districtGiven    Event = "district_given"
	districtWrong    Event = "district_wrong"
	audienceCounted  Event = "audience_counted"
	audienceEmpty    Event = "audience_empty"
)

// BroadcastDraft is a broadcast that is being written.
type BroadcastDraft struct {
	Text     string   `cbor:"1,keyasint,omitempty"`
	Photo    string   `cbor:"2,keyasint,omitempty"`
	Audience Audience `cbor:"3,keyasint,omitzero"`
	Serial   uint32   `cbor:"4,keyasint,omitempty"` // of the count that is waited for
}

// BeginBroadcast is the step that leads an administrator into writing a broadcast;
// the question that stands now is asked again afterwards.
func (e *Engine) BeginBroadcast(c Conversation, t Turn, l Ledger) (Conversation, []Effect, error) {
	s := e.scene(c, t, l)
	dropBroadcast(s)
	s.enter(writeBroadcast)
	return s.next, s.out, nil
}

var cancelButton = []Choice{{Caption: "button.drop_broadcast", Event: cancelled}}

var broadcast = Flow{
	Name:     "broadcast",
	Role:     Administrator,
	Start:    writeBroadcast,
	OnCancel: always(cancelled),
	Always:   map[Event]Move{cancelled: {To: resume, Say: "desk.broadcast_dropped", Do: dropBroadcast}},
	States: map[State]Node{
		writeBroadcast: {
			Ask: "desk.broadcast_write", Read: readBroadcast, Files: true,
			Buttons: [][]Choice{cancelButton},
			On: map[Event]Move{
				broadcastGiven: {To: chooseAudience},
				broadcastWrong: {Say: "desk.broadcast_wrong"},
			},
		},
		chooseAudience: {
			Ask: "desk.broadcast_audience",
			Buttons: [][]Choice{
				{{Caption: "button.everybody", Event: everybodyPressed}},
				{{Caption: "button.with_contract", Event: withPressed}, {Caption: "button.without_contract", Event: withoutPressed}},
				{{Caption: "button.district", Event: districtPressed}},
				{{Caption: "button.back", Event: backPressed}, cancelButton[0]},
			},
			On: map[Event]Move{
				everybodyPressed: {To: countAudience, Do: countFor(Everybody)},
				withPressed:      {To: countAudience, Do: countFor(WithContract)},
				withoutPressed:   {To: countAudience, Do: countFor(WithoutContract)},
				districtPressed:  {To: nameDistrict},
				backPressed:      {To: writeBroadcast},
			},
		},
		nameDistrict: {
			Ask: "desk.broadcast_district", Read: readDistrict,
			Buttons: [][]Choice{{{Caption: "button.back", Event: backPressed}, cancelButton[0]}},
			On: map[Event]Move{
				districtGiven: {To: countAudience, Do: countFor(InDistrict)},
				districtWrong: {Say: "desk.broadcast_district_wrong"},
				backPressed:   {To: chooseAudience},
			},
		},
		countAudience: {
			Ask: "desk.broadcast_counting", Buttons: [][]Choice{cancelButton},
			On: map[Event]Move{
				audienceCounted: {To: resume, Do: dropBroadcast},
				audienceEmpty:   {To: chooseAudience, Say: "desk.broadcast_nobody"},
			},
		},
	},
}

// The longest text of a message, and under a picture, in UTF-16 units.
const (
	MaxMessage = 4096
	MaxCaption = 1024
)

// readBroadcast takes a text, or a picture with or without one.
func readBroadcast(s *Scene) Event {
	text, most := strings.TrimSpace(s.t.Text), MaxMessage
	d := BroadcastDraft{Text: text}
	switch {
	case s.t.Kind == Sent && s.t.File.Kind != PhotoFile:
		text = ""
	case s.t.Kind == Sent:
		d.Photo, most = s.t.File.ID, MaxCaption
	}
	s.args.N, s.args.Left = Units(text), most
	if s.args.N > most || text == "" && d.Photo == "" {
		return broadcastWrong
	}
	s.c.Desk.Broadcast = d
	return broadcastGiven
}

func readDistrict(s *Scene) Event {
	district, ok := ParseDistrict(s.t.Text)
	if !ok {
		return districtWrong
	}
	s.c.Desk.Broadcast.Audience.District = district
	return districtGiven
}

// countFor has an audience counted, outside of this transaction.
func countFor(kind AudienceKind) func(*Scene) {
	return func(s *Scene) {
		d := &s.c.Desk.Broadcast
		d.Audience.Kind, d.Serial = kind, s.serial()
		if kind != InDistrict {
			d.Audience.District = ""
		}
		s.out = append(s.out, CountAudience{Audience: d.Audience, Serial: d.Serial})
	}
}

func dropBroadcast(s *Scene) { s.c.Desk.Broadcast = BroadcastDraft{} }

// Counted is what a count tells the conversation that asked for it.
func (c CountAudience) Counted(n int) string { return fmt.Sprintf("%d %d", c.Serial, n) }

// toldAudience stores the broadcast whose audience was counted, and shows it as
// its residents will see it. A count that nobody waits for changes nothing.
func (s *Scene) toldAudience() error {
	var serial uint32
	var n int
	if _, err := fmt.Sscan(s.t.Text, &serial, &n); err != nil {
		return fmt.Errorf("read count: %w", err)
	}
	d := s.c.Desk.Broadcast
	if s.c.State != countAudience || d.Serial != serial {
		return nil
	}
	if n == 0 {
		return s.fire(audienceEmpty)
	}
	b := Broadcast{
		Text: d.Text, Photo: d.Photo, Audience: d.Audience, State: BroadcastWaiting, By: s.c.Chat, Made: s.t.At.Unix(), Total: n,
	}
	b.Number = s.l.OpenBroadcast(b)
	if err := s.fire(audienceCounted); err != nil {
		return err
	}
	s.c.Desk.Serial++
	s.out = append(s.out, b.Message(), Say{Text: "desk.broadcast_ready", Args: Args{Desk: b}, Revision: s.c.Desk.Serial, Buttons: [][]Button{b.StartRow()}})
	return nil
}
