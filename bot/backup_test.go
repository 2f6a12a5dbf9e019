package bot

import (
	"context"
	"errors"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// operation is how the bot as a whole is run.
func (w *world) operation() (o flows.Operation) {
	w.t.Helper()
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error { o = tx.Operation(); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return o
}

// Ensure that whoever asks for a copy hears its path and size, and that the next
// one may be asked for then.
func TestBackup(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	for range 2 {
		w.say(administrator, "/backup", "/srv/mvkbot-backup-20270115-110000.db\nРазмер: 4,0 МБ.")
		w.settled()
	}
	// of the line that asked for the second one
	if line := "check --audit 3:"; len(w.heard(administrator, line)) != 1 {
		t.Errorf("no answer names %q", line)
	}
	if !w.log.has("audit log ends at 0:00000000000000000000000000000000") {
		t.Errorf("log:\n%s", w.log)
	}
	if n := len(w.host.made()); n != 2 || w.operation().Backup != 0 {
		t.Errorf("%d copies, %+v", n, w.operation())
	}
}

// Ensure that one copy is made at a time, that a stop breaks it off, and that the
// next process makes the same anew.
func TestBackup_Restart(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.host.backup = func(ctx context.Context, _ string) (int64, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	w.bot.finishing = 0 // it would wait for the copy
	w.say(administrator, "/backup", "Делаю копию")
	w.until("a copy", func() bool { return len(w.host.made()) == 1 })
	w.say(administrator, "/backup", "Копия уже делается")
	w.end()
	w.host.backup = nil
	w.open()
	w.start()
	w.hear(administrator, 0, "✅ Копия базы готова и проверена")
	w.settled()
	if made := w.host.made(); len(made) != 2 || made[0] != made[1] || len(w.heard(administrator, "✅")) != 1 {
		t.Errorf("copies %v, heard %q", made, w.heard(administrator, "✅"))
	}
}

// Ensure that a copy that fails, or for which there is no room, is told so.
func TestBackup_Fails(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.host.backup = func(context.Context, string) (int64, error) { return 0, errors.New("disk <broken>") }
	w.say(administrator, "/backup", "не получилась: disk <broken>.")
	w.settled()
	w.host.has(w.host.Database().Size + LowDisk - 1)
	w.say(administrator, "/backup", "не сделана: на диске осталось 1,0 ГБ")
	w.settled()
	if n := len(w.host.made()); n != 1 || w.operation().Backup != 0 {
		t.Errorf("%d copies were tried, %+v", n, w.operation())
	}
	w.say(administrator, "/audit", "отказ: мало места на диске")
}
