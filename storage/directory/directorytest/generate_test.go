package directorytest_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mvkbot/storage/directory/directorytest"
)

// Ensure that a seed decides the file and that every number is another one.
func TestGenerate(t *testing.T) {
	files := map[uint64]string{}
	for _, seed := range []uint64{1, 1, 2} {
		var out bytes.Buffer
		if err := directorytest.Generate(&out, 500, 0, seed); err != nil {
			t.Fatal(err)
		}
		if before, ok := files[seed]; ok && before != out.String() {
			t.Errorf("seed %d makes two files", seed)
		}
		files[seed] = out.String()
	}
	if files[1] == files[2] {
		t.Error("two seeds make one file")
	}
	numbers := map[string]bool{}
	for line := range strings.Lines(files[1]) {
		number, _, _ := strings.Cut(line, ";")
		numbers[number] = true
	}
	if len(numbers) != 501 {
		t.Errorf("%d numbers with the header", len(numbers))
	}
}

// Ensure that a writer's error is told.
func TestGenerate_WriteError(t *testing.T) {
	if err := directorytest.Generate(fullDisk{}, 10, 2, 1); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}

var errFull = errors.New("full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
