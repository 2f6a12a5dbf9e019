package bolt_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// Ensure that the size bound stops growth and nothing else: what was stored is
// there, deleting works, and makes room.
func TestMaxSize(t *testing.T) {
	for _, bound := range []int64{256 << 10, 1 << 20, 3 << 20, 40 << 20} {
		t.Run(fmt.Sprint(bound), func(t *testing.T) {
			path := newPath(t)
			d := mustOpen(t, path, bolt.Options{MaxSize: bound})
			value := string(make([]byte, bound/64))
			full := 0
			for err := error(nil); err == nil; full++ {
				if err = d.Update(t.Context(), put(fmt.Sprintf("%03d", full), value)); err != nil && !errors.Is(err, storage.ErrNoSpace) {
					t.Fatal(err)
				}
			}
			info, err := os.Stat(path)
			if err != nil || info.Size() > bound {
				t.Errorf("file of %d bytes, bound %d (%v)", info.Size(), bound, err)
			}
			if full < 16 {
				t.Errorf("only %d of 64 values fit", full)
			}
			for i := range full - 1 {
				mustUpdate(t, d, has(fmt.Sprintf("%03d", i), value))
				mustUpdate(t, d, func(tx storage.Tx) error { return tx.Delete(fmt.Appendf(nil, "%03d", i)) })
			}
			mustUpdate(t, d, put("again", value))
		})
	}
}

// Ensure that updates which do not fit fail alone, that small ones beside them
// succeed, and that a full group does not run without end.
func TestUpdate_NoSpaceInGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hogs = 10
		h := hold(t, bolt.Options{MaxSize: 256 << 10})
		runs := make([]int, hogs)
		fault := errors.New("fault")
		h.queue(t.Context(), put("small/0", "v"))
		for i := range hogs {
			h.queue(t.Context(), func(tx storage.Tx) error {
				runs[i]++
				return put(fmt.Sprintf("hog/%d", i), string(make([]byte, 1<<20+i)))(tx)
			})
		}
		h.queue(t.Context(), func(storage.Tx) error { return fault })
		h.queue(t.Context(), put("small/1", "v"))
		errs := h.run()
		for i, err := range errs[1 : 1+hogs] {
			if !errors.Is(err, storage.ErrNoSpace) {
				t.Errorf("hog %d: %v", i, err)
			}
			if want := 1 + min(1, max(0, bolt.MaxAlone-i)); runs[i] != want {
				t.Errorf("hog %d ran %d times, want %d", i, runs[i], want)
			}
		}
		if errs[0] != nil || !errors.Is(errs[hogs+1], fault) || errs[hogs+2] != nil {
			t.Errorf("small: %v, failing: %v, small: %v", errs[0], errs[hogs+1], errs[hogs+2])
		}
		mustUpdate(t, h.DB, has("small/0", "v"), has("small/1", "v"), has("hog/0", ""))
	})
}
