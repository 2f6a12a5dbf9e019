package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/storage/directory"
)

const badContracts = "number;kind;flat;address;holder;status\n" +
	"1;дом;;Москва;физлицо;действует\n" +
	"2;гараж;;Москва;физлицо;действует\n" +
	"3;квартира;;Москва;физлицо;действует\n" +
	"1;дом;;Химки;физлицо;действует\n"

// Ensure that an import takes the good rows and names every bad one.
func TestImportContracts(t *testing.T) {
	d := newDesk(t)
	out := d.succeeds("contracts", "import", d.file("a.csv", badContracts))
	want := []string{
		`line 3: kind: unknown value "гараж"`,
		`line 4: flat: a flat without its number`,
		`line 5: number: contract number repeats an earlier line "1" (line 2)`,
	}
	if got := lines(out, "line "); !slices.Equal(got, want) {
		t.Errorf("bad rows\n%s", strings.Join(got, "\n"))
	}
	if !strings.Contains(out, "imported 1 contracts in ") || !strings.Contains(out, "1 new, 0 changed, 0 unchanged, 0 gone; 3 bad rows; utf-8\n") {
		t.Errorf("report\n%s", out)
	}
}

// Ensure that --strict changes nothing, --extend keeps what is there, and that
// show tells what stands there.
func TestImportStrictAndExtend(t *testing.T) {
	d := newDesk(t)
	d.succeeds("contracts", "import", d.file("town.csv", townContracts))
	bad := d.file("bad.csv", badContracts)
	if out := d.fails([]string{"contracts", "import", "--strict", bad}, "bad.csv: file has bad rows: 3 of 4; the directory is unchanged (4 rows read, 3 bad)"); len(lines(out, "line ")) != 3 {
		t.Errorf("bad rows\n%s", out)
	}
	d.fails([]string{"contracts", "show", "1"}, "contract 1 is not among the 6 of the directory")
	if out := d.succeeds("contracts", "import", "--extend", bad); !strings.Contains(out, "1 new, 0 changed, 0 unchanged, 6 kept;") {
		t.Errorf("report\n%s", out)
	}
	want := "number   1234567890\nkind     flat\nflat     12\naddress  Москва, ул. Лесная, д. 5, кв. 12\nholder   person\nstatus   active\n(directory of "
	if out := d.succeeds("contracts", "show", "123-456 7890"); !strings.HasPrefix(out, want) || !strings.HasSuffix(out, ", 7 contracts)\n") {
		t.Errorf("show\n%s", out)
	}
	if out := d.succeeds("contracts", "import", bad); !strings.Contains(out, "0 new, 0 changed, 1 unchanged, 6 gone;") {
		t.Errorf("report\n%s", out)
	}
}

// Ensure that a file which lacks more than ten contracts and a fifth of the
// directory is refused, unless it is said to be right.
func TestImportShrinks(t *testing.T) {
	d := newDesk(t)
	rows := func(name string, from, to int) string {
		var s strings.Builder
		s.WriteString("number;kind;flat;address;holder;status\n")
		for i := from; i < to; i++ {
			fmt.Fprintf(&s, "%d;дом;;Москва;физлицо;действует\n", i)
		}
		return d.file(name, s.String())
	}
	d.succeeds("contracts", "import", rows("all.csv", 100, 160))
	few := rows("few.csv", 100, 147)
	d.fails([]string{"contracts", "import", few},
		"few.csv: 13 of the directory's 60 contracts are not in it", "add --shrink", "the directory is unchanged (47 rows read, 0 bad)")
	d.succeeds("contracts", "show", "159")
	if out := d.succeeds("contracts", "import", "--extend", few); !strings.Contains(out, "13 kept") {
		t.Errorf("report\n%s", out)
	}
	if out := d.succeeds("contracts", "import", rows("fifth.csv", 100, 148)); !strings.Contains(out, "12 gone") {
		t.Errorf("report\n%s", out)
	}
	if out := d.succeeds("contracts", "import", "--shrink", rows("one.csv", 100, 101)); !strings.Contains(out, "47 gone") {
		t.Errorf("report\n%s", out)
	}
	d.succeeds("contracts", "import", rows("grown.csv", 200, 210))
	d.succeeds("contracts", "import", rows("ten.csv", 300, 301))
}

func TestContractsRefused(t *testing.T) {
	d := newDesk(t)
	d.fails([]string{"contracts", "show", "1"}, d.path("contracts.db"), "is empty: import one with")
	d.fails([]string{"contracts", "show", "12?"}, "no contract number")
	d.fails([]string{"contracts", "import", d.path("absent.csv")}, d.path("absent.csv"), "no such file")
	d.fails([]string{"contracts", "import", d.file("empty.csv", "")}, "empty.csv", "file is empty")
	d.fails([]string{"contracts", "import", d.file("header.csv", "number;kind\n")}, "column address (адрес) is missing, column holder")
	d.fails([]string{"contracts", "import", d.file("nogood.csv", "number;kind;flat;address;holder;status\nx;;;;;\n")}, "file has no good row", "(1 rows read, 1 bad)")
	d.file("contracts.db", "garbage")
	d.fails([]string{"contracts", "show", "1"}, "contract directory is broken, import it again")
	if out := d.succeeds("contracts", "import", d.file("town.csv", townContracts)); !strings.Contains(out, "the old directory was broken") {
		t.Errorf("report\n%s", out)
	}
	d.env[1] = "MVKBOT_CONTRACTS=" + d.path("no/such/folder.db")
	d.fails([]string{"contracts", "import", d.path("town.csv")}, d.path("no/such/folder.db"), "no such file")
}

// Ensure that Ctrl+C in the middle changes nothing, and that an import whose
// report nobody could read does not pass for a good one.
func TestImportInterrupted(t *testing.T) {
	d := newDesk(t)
	source := d.file("bad.csv", badContracts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	status := run(ctx, []string{"contracts", "import", source}, d.env, &out, &errs)
	if status != exitFailed || errs.String() != "mvkbot: interrupted; the directory is unchanged\n" {
		t.Errorf("status %d: %s", status, &errs)
	}
	if _, err := os.Stat(d.path("contracts.db")); err == nil {
		t.Error("a directory was made")
	}
	errs.Reset()
	status = run(t.Context(), []string{"contracts", "import", source}, d.env, brokenPipe{}, &errs)
	if status != exitFailed || !strings.Contains(errs.String(), "the directory is imported, but not all bad rows could be reported") {
		t.Errorf("status %d: %s", status, &errs)
	}
}

// Ensure that lines tell where a long import is when nobody looks at a bar.
func TestProgressLines(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	at := p.last
	p.now = func() time.Time { return at }
	for i := range int64(13) {
		p.step("reading", i, 13)
		at = at.Add(time.Second)
	}
	p.step("reading", 0, 0)
	p.clear()
	if got, want := out.String(), "reading: 38 %\nreading: 76 %\n"; got != want {
		t.Errorf("lines\n%swant\n%s", got, want)
	}
}

// Ensure that a running bot sees an imported contract within two seconds and
// goes on serving meanwhile.
func TestImportUnderRunningBot(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	for _, m := range annasWay[:14] {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	d := w.desk()
	source := d.file("more.csv", "number;kind;flat;address;holder;status\n7000000001;дом;;Москва, ул. Садовая, д. 9;физлицо;действует\n")
	began := time.Now()
	if out, err := mvkbot(t, "mvkbot", w.env, "contracts", "import", "--extend", source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	imported := time.Now()
	w.waitFor("the new directory", func() bool { return strings.Contains(w.log.String(), "rows=7") })
	if took := time.Since(imported); took > 2*time.Second {
		t.Errorf("the bot saw the new contract %s after the import (of %s)", took, imported.Sub(began))
	}
	for _, m := range []move{
		annasWay[14],
		presses("Индивидуальный жилой дом", annasWay[15].then),
		says("7000000001", annasWay[17].then),
		annasWay[18],
		presses("Мои договоры", "Садовая"),
	} {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	w.stop()
	contracts, err := directory.Open(w.path("contracts.db"), newLogger(w.log, "text", 0))
	if err != nil {
		t.Fatal(err)
	}
	defer contracts.Close()
	if rows := contracts.Info().Rows; rows != 7 {
		t.Errorf("%d rows", rows)
	}
}

// Ensure that a resident whose contract vanished by an import hears of it from
// the bot that was down meanwhile, and not again from the one after it.
func TestImportLosesContract(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	for _, m := range annasWay[:19] {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	w.stop()
	d := w.desk()
	d.succeeds("contracts", "import", d.file("other.csv", "number;kind;flat;address;holder;status\n7000000001;дом;;Москва;физлицо;действует\n"))
	w.start()
	w.wait(anna, "№ 1234567890 больше не значится")
	w.waitFor("the end of the review", func() bool { return strings.Contains(w.log.String(), "bindings reviewed") })
	w.stop()
	w.start()
	presses("Мои договоры", "Больше не значится").do(w, anna)
	w.wait(anna, "Больше не значится")
	told := 0
	for _, m := range w.telegram.Chat(anna) {
		if strings.Contains(m.Text, "№ 1234567890 больше не значится") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("Anna was told %d times", told)
	}
	w.stop()
}
