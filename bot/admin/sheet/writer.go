// Package sheet writes tables as CSV files that a spreadsheet opens without
// harm: UTF-8 with BOM, semicolons, every cell in quotes, and no cell that is
// read as a formula or as anything but its own text.
package sheet

import (
	"bytes"
	"fmt"
	"strings"
)

// What a part holds at most: a spreadsheet opens 1,048,576 rows, Telegram takes
// files of 50 MB from a bot.
const (
	maxRows  = 1_000_000
	maxBytes = 40_000_000
)

// bom tells a spreadsheet that a file is UTF-8.
const bom = "\ufeff"

// Part is one file of a table.
type Part struct {
	Name string // «accounts.csv», or «accounts-1.csv» and so on for one of several
	Data []byte
}

// Writer writes one table, and holds one part of it at a time.
type Writer struct {
	name            string
	head            []byte // of every part
	send            func(Part) error
	part            bytes.Buffer
	rows, sent      int
	maxRows, maxLen int
}

// NewWriter begins the table of a name, with the captions of its columns. send
// gets each part as soon as it is full, and owns its data.
func NewWriter(name string, captions []string, send func(Part) error) *Writer {
	return &Writer{name: name, head: append([]byte(bom), row(captions)...), send: send, maxRows: maxRows, maxLen: maxBytes}
}

// Write appends a row.
func (w *Writer) Write(cells ...string) error {
	line := row(cells)
	if w.rows > 0 && (w.rows == w.maxRows || w.part.Len()+len(line) > w.maxLen) {
		if err := w.flush(fmt.Sprintf("%s-%d.csv", w.name, w.sent+1)); err != nil {
			return err
		}
	}
	if w.rows == 0 {
		w.part.Write(w.head)
	}
	w.part.Write(line)
	w.rows++
	return nil
}

// Close sends what is left. A table without rows is one part with captions only.
func (w *Writer) Close() error {
	switch {
	case w.sent > 0:
		return w.flush(fmt.Sprintf("%s-%d.csv", w.name, w.sent+1))
	case w.rows == 0:
		w.part.Write(w.head)
	}
	return w.flush(w.name + ".csv")
}

func (w *Writer) flush(name string) error {
	data := w.part.Bytes()
	w.part, w.rows = bytes.Buffer{}, 0
	w.sent++
	return w.send(Part{Name: name, Data: data})
}

// row encodes one row: every cell is in quotes, so that none ends early.
func row(cells []string) []byte {
	var b bytes.Buffer
	for i, text := range cells {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(Escape(text), `"`, `""`))
		b.WriteByte('"')
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
