package admin

import (
	"context"

	"mvkbot/flows"
)

// find looks residents up by whatever they say of themselves (SPEC §3). The log
// tells how many were found, not what was looked for: that may be a name.
var find = command{name: "find", role: flows.Operator, lookup: true, help: "desk.help.find", read: readFind, run: runFind}

const (
	findPage  = 8 // hits of a message
	findWalks = 2 // how often an index is walked for one page: a rare name among a common surname takes more pages
)

type findFound struct {
	Asked bool // the text is something that can be looked for
	Hits  []flows.Hit
	Next  flows.Cursor
	Read  string // what the text was read as, where nobody is found by it as it is
}

func readFind(ctx context.Context, d *Desk, a commandLine) (any, error) {
	f, err := d.find(ctx, a.args, a.page)
	for _, other := range flows.Respelled(a.args) {
		if err != nil || len(f.Hits) > 0 || f.Next != (flows.Cursor{}) || a.paged {
			break
		}
		again, wrong := d.find(ctx, other, 0)
		if err = wrong; len(again.Hits) > 0 {
			f, f.Read = again, other
		}
	}
	return f, err
}

func (d *Desk) find(ctx context.Context, text string, page int) (findFound, error) {
	queries := flows.ParseQuery(text)
	f := findFound{Asked: len(queries) > 0, Next: cursorOf(page)}
	for range findWalks {
		if !f.Asked {
			break
		}
		hits, next, err := d.Store.Find(ctx, queries, f.Next, findPage-len(f.Hits))
		if err != nil {
			return f, err
		}
		f.Hits, f.Next = append(f.Hits, hits...), next
		if len(f.Hits) == findPage || next == (flows.Cursor{}) {
			break
		}
	}
	return f, nil
}

// findTags are the tags of a cursor by their number on a button.
const findTags = "acr"

// positive takes the bit away that puts negative chats before positive ones in
// a cursor; those of residents are positive.
const positive = 1 << 63

// pageOf puts a cursor on a button, cursorOf reads it: zero begins anew.
func pageOf(c flows.Cursor) int {
	for i := range findTags {
		if findTags[i] == c.Tag {
			return int(c.ID&^positive)<<2 | (i + 1)
		}
	}
	return 0
}

func cursorOf(page int) flows.Cursor {
	i := page & 3
	if i == 0 || page < 0 {
		return flows.Cursor{}
	}
	c := flows.Cursor{Tag: findTags[i-1], ID: uint64(page >> 2)}
	if c.Tag != findTags[0] {
		c.ID |= positive
	}
	return c
}

// hitView is a hit with its data masked.
type hitView struct {
	flows.Hit
	Name, MaskedPhone, MaskedEmail string
}

func runFind(k *call) {
	f := k.found.(findFound)
	if !f.Asked {
		k.refuse("desk.find_usage", flows.Args{})
		return
	}
	var views []hitView
	var rows [][]flows.Button
	for _, h := range f.Hits {
		v := hitView{h, flows.MaskName(h.Surname, h.Name, h.Patronymic), h.Phone.Masked(), h.Email.Masked()}
		views = append(views, v)
		rows = append(rows, []flows.Button{{Caption: "button.desk_hit", Args: flows.Args{Account: h.Account, Value: v.Name, N: int(h.Chat)}, Event: cardOpened, Arg: int(h.Chat)}})
	}
	rows = append(rows, cursorButtons(k.page, pageOf(f.Next), "button.desk_first", "button.desk_more")...)
	if len(views) == 0 {
		k.result = "nobody found"
	}
	if f.Read != "" {
		k.line = "/find " + f.Read // its pages
	}
	k.sayList("desk.found", flows.Args{Desk: views, Value: f.Read, Hint: f.Next != (flows.Cursor{})}, rows...)
}
