package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No way of writing a configuration shows its secrets.
func TestSecretsNeverShow(t *testing.T) {
	c := accepted(t, enough(), "run")
	texts := []string{c.Token.String(), errors.Join(fmt.Errorf("x %s", c.SMS)).Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		texts = append(texts, fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c), fmt.Sprintf(verb, c.Key), fmt.Sprintf(verb, []Secret{c.Token}))
	}
	doc, err := json.Marshal(map[string]any{"config": c.Token, "key": c.Key})
	if err != nil {
		t.Fatal(err)
	}
	texts = append(texts, string(doc))
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		log := newLogger(&b, format, slog.LevelDebug)
		log.Debug("config", "config", c, "token", c.Token, slog.Group("g", "key", c.Key))
		texts = append(texts, b.String())
	}
	for _, text := range texts {
		for _, canary := range append(canaries, string(c.Key), fmt.Sprintf("%x", string(c.Key)), "63616e617279") {
			if strings.Contains(text, canary) {
				t.Errorf("%q shows in %q", canary, text)
			}
		}
	}
	if string(c.Token) != testToken || string(c.SMS) != testSMS {
		t.Error("the conversion does not reveal")
	}
}

// The logger takes out secrets that come as plain text, wherever they stand.
func TestLogRedaction(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		log := newLogger(&b, format, slog.LevelInfo)
		log.Debug("below the level")
		log.With("with "+testToken, 1).WithGroup(testToken).Info("message bot"+testToken+"/getMe",
			"text", "Post "+testSMTP, "error", errors.New(testSMS), "bytes", []byte(testToken),
			"nested", struct{ P *[]string }{&[]string{testToken}}, "url", "https://h/path?a=b@c", "at", "03:00")
		text := b.String()
		for _, canary := range []string{"canary", "CANARY"} {
			if strings.Contains(text, canary) {
				t.Errorf("%s shows in %s", canary, text)
			}
		}
		for _, kept := range []string{"message bot[token]/getMe", "smtp://[secret]@127.0.0.1:587", "https://h/path?a=b@c", "03:00"} {
			if !strings.Contains(text, kept) {
				t.Errorf("%s is not in %s", kept, text)
			}
		}
		if strings.Count(text, "\n") != 1 {
			t.Errorf("not one line: %s", text)
		}
		if format == "json" && !json.Valid(b.Bytes()) {
			t.Errorf("not JSON: %s", text)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestRedactorPassesErrorsOn(t *testing.T) {
	if n, err := (redactor{brokenWriter{}}).Write([]byte("x")); n != 0 || err != os.ErrClosed {
		t.Error(n, err)
	}
}

// What is wrong with a file of secrets is decided by the file that is read.
func TestExposed(t *testing.T) {
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o700: false, 0o640: true, 0o604: true, 0o620: true, 0o601: true} {
		path := write(t, "secret", "x", mode)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		if _, got, err := readFile(link); err != nil || exposed(got) != want {
			t.Errorf("%o: %v, %v", mode, exposed(got), err)
		}
	}
}
