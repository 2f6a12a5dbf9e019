package flowtest

import (
	"fmt"
	"strings"
	"time"

	"mvkbot/flows"
)

// recorder notes what a step appends to the audit log.
type recorder struct {
	flows.Ledger
	lines []flows.AuditLine
}

// Audit implements flows.Ledger.
func (r *recorder) Audit(l flows.AuditLine) {
	r.lines = append(r.lines, l)
	r.Ledger.Audit(l)
}

// audit shows the whole log: persons by the order in which they first appear,
// and in brackets what is sealed, as far as the person's key is still there.
func (p *Player) audit(string) error {
	return p.inspect(func(_ flows.Conversation, l flows.Ledger) {
		persons, seen := map[uint64]int{}, map[uint64]int{}
		for _, line := range p.log {
			if persons[line.Subject] == 0 && line.Subject != 0 {
				persons[line.Subject] = len(persons) + 1
			}
			at := time.Unix(line.At, 0).In(p.rules.Location).Format("02.01 15:04")
			shown := []string{at, fmt.Sprintf("person %d", persons[line.Subject]), string(line.Action)}
			if line.Subject == 0 {
				shown[1] = "nobody"
			}
			if line.Note != "" {
				shown = append(shown, line.Note)
			}
			if line.Detail != "" {
				detail := "sealed for good"
				if line.Subject == 0 {
					detail = line.Detail
				} else if open := l.Lines(line.Subject); len(open) > seen[line.Subject] {
					detail = open[seen[line.Subject]].Detail
				}
				shown = append(shown, "["+detail+"]")
			}
			seen[line.Subject]++
			if line.Actor != 0 {
				shown = append(shown, "by "+p.nameOf(line.Actor))
			}
			if line.Result != "" {
				shown = append(shown, line.Result)
			}
			p.out = append(p.out, strings.Join(shown, ", "))
		}
	})
}

// export shows the last file that was exported.
func (p *Player) export(string) error {
	if p.exported == nil {
		return fmt.Errorf("no file was exported")
	}
	p.out = append(p.out, strings.Split(string(p.exported), "\n")...)
	return nil
}
