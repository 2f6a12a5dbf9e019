package main

import (
	"strconv"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// badRowFile lists bad rows for whoever mends the source: line, reason, and the
// row as it was read.
type badRowFile struct{ *importList }

func newBadRowFile(texts *text.Texts) badRowFile {
	return badRowFile{newImportList(texts, "bad-rows", "import.more", "import.line", "import.reason", "import.row")}
}

// add lists a row. It is made for directory.ImportOptions.OnBadRow.
func (f badRowFile) add(b directory.BadRow) {
	reason := f.word("import.bad_row", flows.Args{Column: string(b.Column), Reason: string(b.Reason), Value: b.Value, N: int(b.First)})
	f.importList.add(strconv.FormatInt(b.Line, 10), reason, b.Row)
}
