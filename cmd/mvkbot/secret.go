package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"regexp"
)

// mask stands for a secret wherever text is written.
const mask = "[secret]"

// Secret is a value that no log line, error text or dump of a struct shows.
// Only the conversion string(s) reveals it.
type Secret string

var (
	_ fmt.Formatter  = Secret("")
	_ slog.LogValuer = Secret("")
)

// String masks.
func (Secret) String() string { return mask }

// Format masks for every verb, those for numbers included.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, mask) }

// LogValue masks.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalText masks, in JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

var (
	tokenLike    = regexp.MustCompile(`\d+:[A-Za-z0-9_-]{30,}`)
	passwordLike = regexp.MustCompile(`://[^/\s"]*@`)
)

// redact is the second net under the types that mask: it takes out of a text
// what looks like a bot's token, or like user and password of a URL.
func redact(text string) string {
	text = tokenLike.ReplaceAllLiteralString(text, "[token]")
	return passwordLike.ReplaceAllLiteralString(text, "://[secret]@")
}

// exposed says that others than the owner may use a file.
func exposed(mode fs.FileMode) bool { return mode.Perm()&0o077 != 0 }

var errExposed = errors.New("the file is open to group or others; run chmod 600 on it")
