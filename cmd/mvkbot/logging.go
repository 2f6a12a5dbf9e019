package main

import (
	"io"
	"log/slog"
)

// newLogger writes lines of at least the level to w, as JSON or, for any other
// format, as text. What looks like a secret is taken out of the finished lines.
func newLogger(w io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(redactor{w}, options))
	}
	return slog.New(slog.NewTextHandler(redactor{w}, options))
}

// redactor passes on what redact leaves. It wants whole lines in one Write, as
// slog's handlers give them: so it sees keys, groups and nested values alike.
type redactor struct{ w io.Writer }

func (r redactor) Write(line []byte) (int, error) {
	if _, err := io.WriteString(r.w, redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}
