package main

import (
	"io"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// newBadRowFile begins a file of bad rows in the language of the chat.
func newBadRowFile(w io.Writer, texts *text.Texts) (*directory.BadRowFile, error) {
	words := directory.BadRowWords{
		Reason: func(b directory.BadRow) (string, error) {
			return texts.Plain(flows.TextBadWhy, flows.Args{Column: string(b.Column), Reason: string(b.Reason), Value: b.Value, N: int(b.First)})
		},
		More: func(n int64) (string, error) { return texts.Plain(flows.TextBadMore, flows.Args{N: int(n)}) },
	}
	for i, key := range []flows.Text{flows.TextBadLine, flows.TextBadReason, flows.TextBadRow} {
		var err error
		if words.Header[i], err = texts.Plain(key, flows.Args{}); err != nil {
			return nil, err
		}
	}
	return directory.NewBadRowFile(w, words), nil
}
