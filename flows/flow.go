package flows

import "maps"

// State is what a resident is being asked. States are unique over all flows.
type State string

// Text is how staff read the state.
func (s State) Text() Text { return Text("state." + s) }

// Event is what a resident's answer, a deadline or a check came to, in the past tense.
type Event string

// resume is a target that leads back to the interrupted state.
const resume State = "resume"

// Flow is one dialog. It reads from top to bottom as the resident meets it.
type Flow struct {
	Name  string
	Start State
	// Role is the least that those in the dialog must have: whoever loses it is led
	// back to the dialogs of residents.
	Role   Role
	Always map[Event]Move // rows that every state of the flow has
	// OnStart and OnCancel tell the event that /start and /cancel are in this
	// flow; "" repeats the question.
	OnStart, OnCancel func(*Scene) Event
	States            map[State]Node
}

// Node is one question: how it is asked, how an answer is read, where events lead.
type Node struct {
	Ask      Text
	Again    Text // Ask when it is repeated without its attachment
	Args     func(*Scene) Args
	Buttons  [][]Choice
	List     func(*Scene) [][]Button // further rows, above Buttons
	Lists    []Event                 // the events that List's buttons carry
	Keyboard Keyboard
	Attach   func(*Scene) Attachment
	Report   func(*Scene) Ref

	// Read turns what was written or shared into an event; nil where only
	// buttons answer.
	Read func(*Scene) Event
	// Files lets Read have pictures, documents and whatever else was sent, too.
	Files bool
	// Decide refines a pressed event by a check: into one of the events that it lists.
	Decide map[Event]Decision
	On     map[Event]Move
}

// Choice is a button as a flow declares it.
type Choice struct {
	Caption Text
	Event   Event
	When    func(*Scene) bool  // nil: always
	Style   func(*Scene) Style // nil: plain
	Args    func(*Scene) Args
}

// Decision is a check between a button and its outcome.
type Decision struct {
	Into []Event
	By   func(*Scene) Event
}

// Move is where an event leads, what is said on the way and what is done.
type Move struct {
	To  State // empty: the state stays
	Say Text
	Do  func(*Scene)
}

// All lists the dialogs.
func All() []*Flow {
	return []*Flow{&start, &registration, &review, &verification, &leaving, &menu, &binding, &profile, &access, &renewal, &support, &reply, &importing, &broadcast}
}

// rows are the moves of a state: its own, and with always those that the flow
// has for all its states.
func (f *Flow) rows(s State, always bool) map[Event]Move {
	rows := make(map[Event]Move)
	if always {
		maps.Copy(rows, f.Always)
	}
	maps.Copy(rows, f.States[s].On)
	for e, m := range rows {
		if m.To == "" {
			m.To = s
			rows[e] = m
		}
	}
	return rows
}

// helpBack is the last row of most questions. No table has a row for the
// instruction: like /help it is answered in every state and changes nothing.
var (
	helpBack = []Choice{{Caption: "button.help", Event: helpPressed}, {Caption: "button.back", Event: backPressed}}
	backOnly = [][]Choice{helpBack}
)

// always is an OnStart or OnCancel that comes to the same event everywhere.
func always(e Event) func(*Scene) Event { return func(*Scene) Event { return e } }

// interruptHere lets resume lead back to the state that stands now.
func interruptHere(s *Scene) { s.c.Resume = s.c.State }

// quietly asks the question without its attachment, which stands above it already.
func quietly(s *Scene) { s.quiet = true }
