package flows

import "strings"

// ImportReport is what a check or an import came to.
type ImportReport struct {
	SHA256    string `cbor:"1,keyasint,omitempty"` // of the file
	Edition   string `cbor:"2,keyasint,omitempty"` // of the directory that it was compared with, or where Applied became
	Read      int    `cbor:"3,keyasint,omitempty"`
	New       int    `cbor:"4,keyasint,omitempty"`
	Changed   int    `cbor:"5,keyasint,omitempty"`
	Unchanged int    `cbor:"6,keyasint,omitempty"`
	Gone      int    `cbor:"7,keyasint,omitempty"`  // numbers that the file does not have
	Bad       int    `cbor:"8,keyasint,omitempty"`  // rows that are not taken
	Fault     Text   `cbor:"9,keyasint,omitempty"`  // why nothing came of it; empty when all is well
	Applied   bool   `cbor:"10,keyasint,omitempty"` // it was to change the directory
	Extended  bool   `cbor:"11,keyasint,omitempty"` // and to leave the numbers that the file does not have
	Trusted   bool   `cbor:"12,keyasint,omitempty"` // and is right, however many bindings it loses

	// What a check found about the contracts of residents.
	Bindings   int `cbor:"13,keyasint,omitempty"` // of all accounts
	Lost       int `cbor:"14,keyasint,omitempty"` // that would be of no use any more
	LostAnyway int `cbor:"15,keyasint,omitempty"` // and also where the directory is only extended

	// Columns that are wrong in the header row, spaces between.
	Missing  string `cbor:"16,keyasint,omitempty"`
	Repeated string `cbor:"17,keyasint,omitempty"`
}

// MissingColumns lists the columns that the header row lacks.
func (r ImportReport) MissingColumns() []string { return strings.Fields(r.Missing) }

// RepeatedColumns lists the columns that it names twice.
func (r ImportReport) RepeatedColumns() []string { return strings.Fields(r.Repeated) }

// Doubtful reports whether the file would make a directory which is taken for a
// broken export: whoever applies it answers for it.
func (r ImportReport) Doubtful() bool { return Doubtful(r.Lost, r.Bindings) }

// DoubtfulAnyway is Doubtful of a directory that is only extended.
func (r ImportReport) DoubtfulAnyway() bool { return Doubtful(r.LostAnyway, r.Bindings) }

// Rows is how many contracts the directory will have once the file replaces or
// extends it.
func (r ImportReport) Rows(extend bool) int {
	n := r.New + r.Changed + r.Unchanged
	if extend {
		n += r.Gone
	}
	return n
}

// RunImport has a file checked, or put into the directory, outside of any turn.
// The outcome comes back as a turn with the news ImportEnded.
type RunImport struct {
	Serial  uint32 `cbor:"1,keyasint"`
	File    string `cbor:"2,keyasint"`
	Apply   bool   `cbor:"3,keyasint,omitempty"`
	Extend  bool   `cbor:"4,keyasint,omitempty"`
	SHA256  string `cbor:"5,keyasint,omitempty"` // what was checked: nothing else is applied
	Edition string `cbor:"6,keyasint,omitempty"`
	Trusted bool   `cbor:"7,keyasint,omitempty"` // the new directory is right, however many bindings it loses
	// Checked is what the check found: what an earlier process applied and did not tell.
	Checked ImportReport `cbor:"9,keyasint,omitzero"`
}
