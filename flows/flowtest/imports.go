package flowtest

import (
	"errors"
	"fmt"
	"strings"

	"mvkbot/flows"
)

// pendingImport is work on the directory that a chat waits for.
type pendingImport struct {
	chat int64
	work flows.RunImport
}

// imported ends the oldest work on the directory: by counts, the last three of
// which (of the residents' contracts) may be left out, or by the text that tells
// why nothing came of it, with the columns that the file lacks.
func (p *Player) imported(s string) error {
	if len(p.imports) == 0 {
		return errors.New("no import is under way")
	}
	w := p.imports[0]
	p.imports = p.imports[1:]
	r := flows.ImportReport{SHA256: "5eed", Edition: "1@1", Applied: w.work.Apply, Extended: w.work.Extend}
	r.Trusted = w.work.Trusted
	n, err := fmt.Sscan(s, &r.New, &r.Changed, &r.Unchanged, &r.Gone, &r.Bad, &r.Bindings, &r.Lost, &r.LostAnyway)
	switch {
	case n == 0:
		fault, columns, _ := strings.Cut(s, " ")
		r.Fault, r.Missing = flows.Text(fault), columns
	case n != 5 && err != nil:
		return err
	}
	if r.Trusted {
		r.Edition = "2@7"
	}
	r.Read = r.New + r.Changed + r.Unchanged + r.Bad
	return p.turn(w.chat, flows.Turn{Kind: flows.Told, News: flows.ImportEnded, Import: r, Ref: flows.Ref{Serial: w.work.Serial}})
}
