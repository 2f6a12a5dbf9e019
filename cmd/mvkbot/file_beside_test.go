package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func writes(text string) func(*os.File) error {
	return func(f *os.File) error {
		_, err := f.WriteString(text)
		return err
	}
}

// Ensure that a file gets its name as a whole, and a new name only where none
// is.
func TestFileBeside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "name")
	for _, tt := range []struct {
		text  string
		named func(fileBeside) error
		err   error
		want  string
	}{
		{"one", func(f fileBeside) error { return f.nameNew(path) }, nil, "one"},
		{"two", func(f fileBeside) error { return f.nameNew(path) }, fs.ErrExist, "one"},
		{"three", func(f fileBeside) error { return f.replace(path) }, nil, "three"},
	} {
		made, err := writeBeside(path, writes(tt.text))
		if err != nil || made.size != int64(len(tt.text)) {
			t.Fatalf("%+v, %v", made, err)
		}
		if err := tt.named(made); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", tt.text, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != tt.want {
			t.Errorf("%s: %q, %v", tt.text, got, err)
		}
	}
	full := errors.New("disk full")
	if _, err := writeBeside(path, func(*os.File) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
