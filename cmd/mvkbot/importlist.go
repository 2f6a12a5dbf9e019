package main

import (
	"fmt"

	"mvkbot/bot"
	"mvkbot/bot/admin/sheet"
	"mvkbot/flows"
	"mvkbot/flows/text"
)

// Bounds of a list, which a chat must be able to carry and a person to read.
const (
	maxListed      = 100_000
	maxListedBytes = 30_000_000
)

// importList is a CSV file of what the check of a file found, in the language of
// the chat. It counts what is beyond its bounds.
type importList struct {
	texts *text.Texts
	sheet *sheet.Writer
	list  bot.ImportList
	wide  int        // columns
	more  flows.Text // tells how many are left out
	rows  int
	bytes int
	left  int
	err   error
}

// newImportList begins the list of a name, with the captions of its columns.
func newImportList(texts *text.Texts, name string, more flows.Text, captions ...flows.Text) *importList {
	l := &importList{texts: texts, wide: len(captions), more: more}
	head := make([]string, len(captions))
	for i, c := range captions {
		head[i] = l.word(c, flows.Args{})
	}
	l.sheet = sheet.NewWriter(name, head, func(p sheet.Part) error { l.list = bot.ImportList(p); return nil })
	return l
}

// add lists a row. What fails is told by finish.
func (l *importList) add(cells ...string) {
	if l.rows == maxListed || l.bytes >= maxListedBytes {
		l.left++
		return
	}
	l.rows++
	for _, cell := range cells {
		l.bytes += len(cell)
	}
	l.fail(l.sheet.Write(cells...))
}

// finish returns the file, or none where nothing was listed, and the first error.
func (l *importList) finish() ([]bot.ImportList, error) {
	if l.left > 0 {
		cells := make([]string, l.wide)
		cells[1] = l.word(l.more, flows.Args{N: l.left})
		l.fail(l.sheet.Write(cells...))
	}
	l.fail(l.sheet.Close())
	switch {
	case l.err != nil:
		return nil, fmt.Errorf("list what a check found: %w", l.err)
	case l.rows == 0:
		return nil, nil
	}
	return []bot.ImportList{l.list}, nil
}

func (l *importList) word(key flows.Text, a flows.Args) string {
	s, err := l.texts.Plain(key, a)
	l.fail(err)
	return s
}

func (l *importList) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}
