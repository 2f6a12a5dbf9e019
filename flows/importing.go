package flows

import "fmt"

// Replacing or extending the contract directory by a file (SPEC §3, /import):
// a check that changes nothing, then all or nothing.
const (
	askImport      State = "ask_import"
	importChecking State = "import_checking"
	reviewImport   State = "review_import"
	importApplying State = "import_applying"
)

const (
	importFileGiven Event = "import_file_given"
	importFileWrong Event = "import_file_wrong"
	importChecked   Event = "import_checked"
	importFailed    Event = "import_failed"
	importReplaces  Event = "import_replaces"
	importExtends   Event = "import_extends"
	importApplied   Event = "import_applied"
	importLeft      Event = "import_left"
	importUnderWay  Event = "import_under_way"
	importHidden    Event = "import_hidden"
)

var importing = Flow{
	Name:     "importing",
	Start:    askImport,
	Role:     Administrator,
	OnStart:  leaveImport,
	OnCancel: leaveImport,
	Always: map[Event]Move{
		importLeft:     {To: resume, Say: "import.left", Do: dropImport},
		importUnderWay: {Say: "import.under_way"},
	},
	States: map[State]Node{
		askImport: {
			Ask: "import.ask", Read: readImport, Files: true,
			Buttons: [][]Choice{{{Caption: "button.desk_cancel", Event: importLeft}}},
			On: map[Event]Move{
				importFileGiven: {To: importChecking},
				importFileWrong: {Say: "import.file_wrong"},
			},
		},
		importChecking: {
			Ask: "import.checking", Args: importArgs,
			Buttons: [][]Choice{{{Caption: "button.desk_cancel", Event: importLeft}}},
			On: map[Event]Move{
				importChecked: {To: reviewImport},
				importFailed:  {To: askImport, Say: "import.failed", Do: dropImport},
			},
		},
		reviewImport: {
			Ask: "import.review", Args: importArgs, Read: readImport, Files: true,
			Buttons: [][]Choice{
				{{Caption: "button.import_replace", Event: importReplaces, Style: func(*Scene) Style { return Danger }}},
				{{Caption: "button.import_extend", Event: importExtends}},
				{{Caption: "button.desk_cancel", Event: importLeft}},
			},
			On: map[Event]Move{
				importReplaces:  {To: importApplying, Do: func(s *Scene) { s.runImport(true, false) }},
				importExtends:   {To: importApplying, Do: func(s *Scene) { s.runImport(true, true) }},
				importFileGiven: {To: importChecking, Say: "import.another_one"},
				importFileWrong: {Say: "import.file_wrong"},
			},
		},
		importApplying: {
			Ask: "import.applying", Args: importArgs,
			Buttons: [][]Choice{{{Caption: "button.desk_hide", Event: importHidden}}},
			On: map[Event]Move{
				importHidden:  {To: resume, Say: "import.hidden", Do: dropImport},
				importApplied: {To: resume, Say: "import.applied", Do: dropImport},
				importFailed:  {To: askImport, Say: "import.failed", Do: dropImport},
			},
		},
	},
}

// ImportDraft is a file on its way into the directory.
type ImportDraft struct {
	Serial uint32       `cbor:"1,keyasint,omitempty"` // of the work that is under way
	File   string       `cbor:"2,keyasint,omitempty"` // the messenger's id
	Name   string       `cbor:"3,keyasint,omitempty"`
	Extend bool         `cbor:"4,keyasint,omitempty"`
	Report ImportReport `cbor:"5,keyasint,omitzero"`
}

// BeginImport is the step that leads an administrator into the import; a file that
// came with the command is checked at once.
func (e *Engine) BeginImport(c Conversation, t Turn, l Ledger) (Conversation, []Effect, error) {
	s := e.scene(c, t, l)
	if s.c.State == importApplying {
		s.repeat("import.under_way")
		return s.next, s.out, nil
	}
	if t.File.Kind == NoAttachment {
		s.enter(askImport)
		return s.next, s.out, nil
	}
	s.turnTo(askImport)
	return s.next, s.out, s.choose(readImport(s))
}

// readImport takes a document; whether it can be read the check will tell.
func readImport(s *Scene) Event {
	if s.t.File.Kind != DocumentFile {
		return importFileWrong
	}
	s.c.Desk.Import = ImportDraft{File: s.t.File.ID, Name: quote(s.t.File.Name)}
	s.runImport(false, false)
	return importFileGiven
}

func (s *Scene) runImport(apply, extend bool) {
	d := &s.c.Desk.Import
	r := d.Report
	d.Serial, d.Extend = s.serial(), extend
	work := RunImport{Serial: d.Serial, File: d.File, Apply: apply, Extend: extend, SHA256: r.SHA256, Edition: r.Edition}
	if apply {
		how, lost, doubtful := "replace", r.Lost, r.Doubtful()
		if extend {
			how, lost, doubtful = "extend", r.LostAnyway, r.DoubtfulAnyway()
		}
		work.Trusted, work.Checked = doubtful, r
		note := fmt.Sprintf("%s by file %s: %d new, %d changed, %d gone, %d bad rows", how, r.SHA256, r.New, r.Changed, r.Gone, r.Bad)
		if lost > 0 {
			note += fmt.Sprintf(", %d bound lost", lost)
		}
		s.auditImport(note, "confirmed")
	}
	s.out = append(s.out, work)
}

func (s *Scene) auditImport(note, result string) {
	s.l.Audit(AuditLine{At: s.t.At.Unix(), Actor: s.c.Chat, Action: StaffAction + "import", Note: note, Result: result})
}

// importEnded hears what became of a check or an import. News of work that was
// given up change nothing; those of an import that was only hidden are told.
func (s *Scene) importEnded() error {
	d, r := &s.c.Desk.Import, s.t.Import
	s.args.Desk = r
	if r.Applied {
		result := ""
		if r.Fault != "" {
			result = Refusal + string(r.Fault)
		}
		s.auditImport("by file "+r.SHA256, result)
		if r.Trusted && r.Fault == "" {
			trustDirectory(s.l, r.Edition)
		}
	}
	waits := s.place().flow.Name == importing.Name && d.Serial == s.t.Ref.Serial
	switch {
	case !waits && !r.Applied:
		return nil
	case !waits:
		s.out = append(s.out, Say{Text: importSays(r), Args: s.args})
		return nil
	}
	d.Report = r
	switch {
	case r.Fault != "":
		return s.fire(importFailed)
	case s.c.State == importChecking:
		return s.fire(importChecked)
	}
	return s.fire(importApplied)
}

func importSays(r ImportReport) Text {
	if r.Fault != "" {
		return "import.failed"
	}
	return "import.applied"
}

// leaveImport leaves the dialog; a check that runs is given up, an import that
// runs goes on.
func leaveImport(s *Scene) Event {
	if s.c.State == importApplying {
		return importHidden
	}
	return importLeft
}

func dropImport(s *Scene) { s.c.Desk.Import = ImportDraft{} }

func importArgs(s *Scene) Args {
	d := s.c.Desk.Import
	return Args{Label: d.Name, Hint: d.Extend, Desk: d.Report}
}
