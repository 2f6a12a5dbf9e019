package main

import (
	"bytes"
	"strings"
	"sync"
)

// Bounds of a tail.
const (
	tailLines = 60
	tailWidth = 500 // bytes of a line
)

// tail keeps the last lines written to it. Its zero value is empty. Writers may
// write at the same time.
type tail struct {
	mu      sync.Mutex
	lines   []string
	partial []byte // the line that has not ended yet
}

// Write takes all of p and never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := p
	for {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		t.partial = append(t.partial, line[:min(len(line), tailWidth-min(tailWidth, len(t.partial)))]...)
		if !ended {
			return len(p), nil
		}
		t.lines = append(t.lines, strings.ToValidUTF8(string(t.partial), "\uFFFD"))
		t.lines = t.lines[max(0, len(t.lines)-tailLines):]
		t.partial, rest = t.partial[:0], after
	}
}

// last returns the lines that ended, the oldest first.
func (t *tail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.lines...)
}
