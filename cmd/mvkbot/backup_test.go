package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"mvkbot/storage"
)

const otherSecret = "ff6b626f742074657374207365637265742c20333220627974657320616e6420ff"

// Ensure that a copy is private, never overwrites, and comes back.
func TestBackupAndRestore(t *testing.T) {
	d := newDesk(t)
	db := d.founded("mvkbot.db", townSecret)
	old, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	if out := d.succeeds("backup", d.path("copy")); !strings.Contains(out, "/copy: ") || !strings.Contains(out, " bytes, verified.") {
		t.Errorf("backup says %s", out)
	}
	if info, err := os.Stat(d.path("copy")); err != nil || info.Mode() != 0o600 {
		t.Errorf("copy %v, %v", info.Mode(), err)
	}
	d.fails([]string{"backup", d.path("copy")}, d.path("copy")+": file already exists: a copy never overwrites")
	if err := os.Symlink(d.path("nowhere"), d.path("link")); err != nil {
		t.Fatal(err)
	}
	d.fails([]string{"backup", d.path("link")}, "file already exists")

	d.file("mvkbot.db", "damaged")
	out := d.succeeds("restore", d.path("copy"))
	aside, _, _ := strings.Cut(strings.TrimPrefix(out, "the old database is kept as "), "\n")
	if kept, err := os.ReadFile(aside); err != nil || string(kept) != "damaged" {
		t.Errorf("the old database: %q, %v\n%s", kept, err, out)
	}
	if out := d.succeeds("check"); !strings.Contains(out, "0 conversations, 0 registrations, 0 accounts") {
		t.Errorf("check says %s", out)
	}
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	if out := d.succeeds("restore", d.path("copy")); strings.Contains(out, "kept") {
		t.Errorf("nothing was there to be kept: %s", out)
	}
	if now, err := os.ReadFile(d.path("copy")); err != nil || len(now) == 0 || len(old) == 0 {
		t.Errorf("copy of %d bytes, %v", len(now), err)
	}
	if left := slices.DeleteFunc(d.names(), func(n string) bool { return !strings.Contains(n, ".part-") }); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Ensure that a copy that an administrator asks for in chat lies beside the
// database, private, and can be put back.
func TestBackupFromChat(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start("MVKBOT_ADMINS=101")
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	w.say(anna, "/backup")
	answer := w.wait(anna, "✅ Копия базы").Text
	path := strings.Split(answer, "\n")[1]
	if filepath.Dir(path) != w.dir {
		t.Errorf("%q tells no path beside the database", answer)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("copy %v, %v", info, err)
	}
	w.say(anna, "/backup")
	w.wait(anna, "✅ Копия базы")
	w.stop()
	d := w.desk()
	d.succeeds("restore", path)
	if out := d.succeeds("check"); !strings.Contains(out, "1 conversations") {
		t.Errorf("check says %s", out)
	}
	w.start("MVKBOT_ADMINS=101")
	w.say(anna, "/maintenance")
	w.wait(anna, "открыт для жителей")
}

// Ensure that what cannot be a good copy is refused, and changes nothing.
func TestRestoreRefuses(t *testing.T) {
	d := newDesk(t)
	db := d.founded("mvkbot.db", townSecret)
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	d.succeeds("contracts", "import", d.file("town.csv", townContracts))
	torn := d.file("torn", string(before[:3*4096]))
	d.fails([]string{"restore", d.path("absent")}, d.path("absent"), "no such file")
	d.fails([]string{"restore", d.file("garbage", "garbage")}, d.path("garbage"), "damaged")
	d.fails([]string{"restore", d.file("empty", "")}, d.path("empty"), "it is empty")
	d.fails([]string{"restore", torn}, torn, "damaged")
	d.fails([]string{"restore", d.path("contracts.db")}, d.path("contracts.db"), "of another program")
	d.fails([]string{"restore", db}, "is the database itself")
	if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database changed: %v", err)
	}
	if got := d.names(); len(got) != 7 {
		t.Errorf("left behind: %v", got)
	}
}

// Ensure that each state of a database in which no command can work is told in
// one clear line.
func TestDatabaseFaults(t *testing.T) {
	d := newDesk(t)
	d.fails([]string{"backup", d.path("copy")}, "there is no database at "+d.path("mvkbot.db"))
	d.fails([]string{"check"}, "there is no database at "+d.path("mvkbot.db"))
	d.founded("mvkbot.db", otherSecret)
	d.fails([]string{"check"}, d.path("mvkbot.db")+": database was sealed with another secret: MVKBOT_SECRET must be the one that it was made with")
	d.succeeds("backup", d.path("copy")) // needs no secret
	d.fails([]string{"backup", d.path("no/such/copy")}, d.path("no/such/copy.part-"), "no such file")

	d.file("mvkbot.db", "garbage")
	d.fails([]string{"backup", d.path("copy2")}, d.path("mvkbot.db")+": database file is damaged")
	d.fails([]string{"check"}, d.path("mvkbot.db")+": database file is damaged")
	if err := os.Remove(d.path("mvkbot.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(d.path("mvkbot.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	d.fails([]string{"backup", d.path("copy2")}, d.path("mvkbot.db"), "not a regular file")
	d.fails([]string{"restore", d.path("copy")}, d.path("mvkbot.db"))
	if _, err := os.Stat(d.path("copy2")); err == nil {
		t.Error("a failed copy has got its name")
	}
}

// Ensure that a database in use is left alone, and that the commands say so.
func TestDatabaseInUse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.founded("mvkbot.db", townSecret)
	d.succeeds("backup", d.path("copy"))
	held, err := bbolt.Open(d.path("mvkbot.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	const inUse = ": database is in use by another process: a bot that runs must be stopped first"
	d.fails([]string{"check"}, d.path("mvkbot.db")+inUse)
	d.fails([]string{"restore", d.path("copy")}, d.path("mvkbot.db")+inUse)
	d.fails([]string{"backup", d.path("copy2")}, d.path("mvkbot.db")+inUse)
}

// Ensure that the lock keeps everybody else out until it is given back.
func TestLockDatabase(t *testing.T) {
	d := newDesk(t)
	a := &app{cfg: Config{Store: d.founded("mvkbot.db", townSecret)}}
	for range 2 {
		unlock, err := a.lockDatabase()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.lockDatabase(); !errors.Is(err, storage.ErrLocked) {
			t.Errorf("locked twice: %v", err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
	}
}

// Ensure that check names every fault of the records in a line of its own.
func TestCheckNamesFaults(t *testing.T) {
	d := newDesk(t)
	d.founded("mvkbot.db", townSecret)
	db, err := bbolt.Open(d.path("mvkbot.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		for i := range 103 {
			if err := tx.Bucket([]byte("store")).Put(fmt.Appendf(nil, "c%08d", i), []byte("not sealed")); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := outcome(t, d.env, "check")
	if status != exitFailed || !strings.HasPrefix(stderr, "mvkbot: 103 faults in the records\n") || !strings.HasSuffix(stderr, "mvkbot: 3 more faults\n") ||
		len(lines(stderr, "mvkbot: conversation 3030303030303")) != 100 {
		t.Errorf("status %d\n%s", status, stderr)
	}
	if status, _, stderr := outcome(t, d.env[:2], "check"); status != exitUsage || !strings.HasPrefix(stderr, "mvkbot: MVKBOT_SECRET: missing;") {
		t.Errorf("status %d\n%s", status, stderr)
	}
}
