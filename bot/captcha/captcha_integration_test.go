//go:build integration

package captcha

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

const (
	attacked   = 200 // pictures
	controls   = 40  // plain pictures
	maxSolved  = 0.02
	minControl = 0.50
	separator  = "@@@"
)

// challenge is a picture and what it says.
type challenge struct {
	answer  string
	picture image.Image
}

// score counts what one recipe did to a set of challenges. A crash of
// tesseract is a picture not solved.
type score struct{ solved, crashed int }

// Ensure that tesseract solves at most 2 % of the pictures, whichever single
// recipe an attacker chooses, and that the same pipeline does read digits that
// nobody distorted: without that the first half could not fail.
func TestDraw_Tesseract(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Fatalf("tesseract is needed (Debian: tesseract-ocr): %v", err)
	}
	// A fixed source: a red run can be looked into.
	rng := rand.New(rand.NewChaCha8([32]byte{'t', 'e', 's', 's'}))
	drawn, plain := make([]challenge, attacked), make([]challenge, controls)
	for i := range drawn {
		answer := fmt.Sprintf("%05d", rng.IntN(100_000))
		drawn[i] = challenge{answer, decode(t, mustDraw(t, answer, newSeed(rng)))}
	}
	for i := range plain {
		answer := fmt.Sprintf("%05d", rng.IntN(100_000))
		plain[i] = challenge{answer, plainPicture(t, answer)}
	}

	t.Logf("%-12s %3s %8s %8s %8s (of %d, %d, %d)", "preparation", "psm", "solved", "crashes", "plain", attacked, attacked, controls)
	for _, p := range preparations {
		pictures, bare := prepare(t, p, drawn), prepare(t, p, plain)
		for _, psm := range []string{"7", "8"} {
			got, control := attack(t, psm, pictures), attack(t, psm, bare)
			t.Logf("%-12s %3s %8d %8d %8d", p.name, psm, got.solved, got.crashed, control.solved)
			if float64(got.solved) > maxSolved*attacked {
				t.Errorf("%s, psm %s: solved %d of %d, want at most %.0f %%", p.name, psm, got.solved, attacked, 100*maxSolved)
			}
			if float64(control.solved) <= minControl*controls {
				t.Errorf("%s, psm %s: reads %d of %d plain pictures: this attack is broken", p.name, psm, control.solved, controls)
			}
		}
	}
}

// plainPicture shows the answer in one face, upright and bare.
func plainPicture(t *testing.T, answer string) image.Image {
	t.Helper()
	faces, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	ink := newMask()
	for i := range answer {
		g := faces[0][answer[i]-'0']
		ink.fill(g.outline.moved(func(p point) point {
			return point{45 + em*(float64(i)*g.advance+p.x) + em*g.advance/2, height/2 + em*p.y}
		}))
	}
	return compose(ink, newMask(), pairs[0])
}

// file is a prepared picture on disk, named by its place in the set.
type file struct{ path, answer string }

func prepare(t *testing.T, p preparation, all []challenge) []file {
	t.Helper()
	dir := t.TempDir()
	files := make([]file, len(all))
	for i, c := range all {
		var buf bytes.Buffer
		if err := png.Encode(&buf, p.do(c.picture)); err != nil {
			t.Fatal(err)
		}
		files[i] = file{filepath.Join(dir, fmt.Sprintf("%d.png", i)), c.answer}
		if err := os.WriteFile(files[i].path, buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// attack reads all files, twenty in a process and two processes at a time.
func attack(t *testing.T, psm string, files []file) (sum score) {
	t.Helper()
	dir := t.TempDir()
	parts := slices.Collect(slices.Chunk(files, 20))
	scores := make([]score, len(parts))
	var group errgroup.Group
	group.SetLimit(2)
	for i, part := range parts {
		group.Go(func() (err error) {
			scores[i], err = readAll(t.Context(), filepath.Join(dir, fmt.Sprintf("%d.txt", i)), psm, part)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatalf("psm %s: %v", psm, err)
	}
	for _, s := range scores {
		sum.solved += s.solved
		sum.crashed += s.crashed
	}
	return sum
}

// readAll reads a list of pictures in one process, and one by one when a
// picture of the list brings that process down.
func readAll(ctx context.Context, list, psm string, files []file) (s score, err error) {
	var paths strings.Builder
	for _, f := range files {
		fmt.Fprintln(&paths, f.path)
	}
	if err := os.WriteFile(list, []byte(paths.String()), 0o600); err != nil {
		return s, err
	}
	if texts, err := tesseract(ctx, list, psm); err == nil && len(texts) >= len(files) {
		for i, f := range files {
			if texts[i] == f.answer {
				s.solved++
			}
		}
		return s, nil
	}
	for _, f := range files {
		texts, err := tesseract(ctx, f.path, psm)
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && !exit.Exited() && ctx.Err() == nil {
			s.crashed++
			continue
		}
		if err != nil {
			return s, fmt.Errorf("tesseract: %w", err)
		}
		if texts[0] == f.answer {
			s.solved++
		}
	}
	return s, nil
}

// tesseract returns the text of each picture of the input, without spaces.
func tesseract(ctx context.Context, input, psm string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "tesseract", input, "stdout", "--psm", psm, "-l", "eng",
		"-c", "tessedit_char_whitelist=0123456789", "-c", "page_separator="+separator)
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	texts := strings.Split(string(out), separator)
	for i, text := range texts {
		texts[i] = strings.Join(strings.Fields(text), "")
	}
	return texts, nil
}
