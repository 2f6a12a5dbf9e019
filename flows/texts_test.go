package flows_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"mvkbot/flows"
)

var (
	looksLikeKey = regexp.MustCompile(`^(button|edit|field|fault|taken|kind|start|reg|review|leave|verify|menu|bind|misread|notice|keyboard|sms|alert|access|profile|renew|link|staff|desk|door|told|ticket|sheet|state|import|lock|stats|command)(\.[a-z_]+)+$|^mail\.(code|access|change|purged)`)
	template     = regexp.MustCompile(`\{\{template "([^"]+)"`)
)

// literals collects the strings of the Go sources below a folder, without tests.
func literals(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Ensure that every text that the program names exists, and that every text
// that exists is named by the program or by another text.
func TestTexts_Keys(t *testing.T) {
	texts, used := testTexts(), literals(t, ".")
	for _, dir := range []string{"../bot", "../cmd"} {
		for s := range literals(t, dir) {
			used[s] = true
		}
	}
	for s := range used {
		if looksLikeKey.MatchString(s) && !texts.Has(flows.Text(s)) {
			t.Errorf("text %q is missing", s)
		}
	}
	for _, f := range flows.All() {
		for s := range f.States {
			used["state."+string(s)] = true // for staff
		}
	}
	for s := range used {
		kind, name, _ := strings.Cut(s, ".")
		for _, derived := range []string{
			"action." + s,                                     // an Action of the audit log
			"failure." + s,                                    // a Counter of failures: of an event,
			"failure." + name, "failure." + kind + "_" + name, // of a fault, of a contact that is taken
			"failure.sms_" + s, "failure.mail_" + s, // of a code that did not arrive
			"stage." + name,                   // a Stage of the funnel
			"refusal." + s, "refusal." + name, // of a role, of the text that was answered
			"result." + s, // of a command, in the audit log
		} {
			if texts.Has(flows.Text(derived)) {
				used[derived] = true
			}
		}
	}
	used["refusal.usage"] = true // of every text that says how a command is written
	for _, key := range texts.Keys() {
		if words, ok := strings.CutPrefix(string(key), "note."); ok { // of the audit log
			for s := range used {
				used[string(key)] = used[string(key)] || strings.Contains(s, words)
			}
		}
	}
	files, err := filepath.Glob("text/*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range template.FindAllSubmatch(b, -1) {
			used[string(m[1])] = true
		}
	}
	for _, key := range texts.Keys() {
		letter := strings.TrimSuffix(strings.TrimSuffix(string(key), ".subject"), ".html")
		letter = strings.TrimSuffix(letter, ".menu") // of a command's help
		if !used[string(key)] && !used[letter] {
			t.Errorf("text %q is never used", key)
		}
	}
}

// Ensure that no line of the audit log is nameless for staff.
func TestTexts_Actions(t *testing.T) {
	texts, named := testTexts(), 0
	file, err := parser.ParseFile(token.NewFileSet(), "account.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typed, ok := spec.Type.(*ast.Ident); ok && typed.Name == "Action" {
			for _, v := range spec.Values {
				a, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if named++; err != nil || !texts.Has(flows.Text("action."+a)) {
					t.Errorf("action %q has no text, %v", a, err)
				}
			}
		}
		return true
	})
	if named < 10 {
		t.Errorf("only %d actions were looked at", named)
	}
}

// fullArgs has something in every field, and markup wherever people write.
func fullArgs() flows.Args {
	at := time.Date(2026, 11, 24, 3, 0, 0, 0, moscow())
	c := flows.Contract{Number: "1234567890", Kind: flows.KindApartments, Flat: "<i>7", Address: "<b>Москва</b>", Holder: flows.HolderPerson, Status: flows.StatusActive}
	return flows.Args{
		Step: 2, Of: 7, Left: 3, Wait: 61 * time.Second, Until: at, Within: 24 * time.Hour, Night: at, Hint: true, Dead: true, Code: "123456",
		Phone: "+79161234567", Email: "anna@xn--e1afmkfd.xn--p1ai", Suggested: "anna@mail.ru", Value: "<script>alert(1)</script>&",
		Fields:   []flows.FieldView{{Caption: "field.surname", Value: "<a href=x>", Fault: "fault.name_letters"}, {Caption: "field.phone", Value: "1", Fault: "taken.account"}},
		Contract: c, Contracts: []flows.BoundContract{{Contract: c, Name: "<b>Дача"}, {Contract: flows.Contract{Number: "7"}, Lost: true}}, Label: "<i>Дача", Number: c.Number, Flat: "<u>12", Kind: flows.KindFlat, Account: 42, Version: "<1>", Column: "number", Reason: "repeats", N: 21, Pages: 3,
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// parts are rendered by other texts, of something else than arguments.
var parts = []flows.Text{"contract", "role", "rank", "holder", "action", "code_state", "import.counts", "import.lost", "import.column_names", "queue", "channel", "poll", "alarm", "letter.whom", "audience", "recipients"}

// Ensure that every text renders with nothing and with everything, that nothing
// people write becomes markup, and that what is sent is not too long.
func TestTexts_Render(t *testing.T) {
	texts := testTexts()
	for _, key := range texts.Keys() {
		if slices.Contains(parts, key) {
			continue
		}
		for name, args := range map[string]flows.Args{"zero": {}, "full": fullArgs()} {
			markup, err := texts.HTML(key, args)
			if err != nil {
				t.Errorf("%s, %s: %v", key, name, err)
			}
			plain, err := texts.Plain(key, args)
			if err != nil {
				t.Errorf("%s, %s: %v", key, name, err)
			}
			if !strings.HasSuffix(string(key), ".html") {
				for _, tag := range tags.FindAllString(markup, -1) {
					if !slices.Contains([]string{"<b>", "</b>", "<i>", "</i>"}, tag) {
						t.Errorf("%s, %s: tag %s", key, name, tag)
					}
				}
			}
			if shown := html.UnescapeString(tags.ReplaceAllString(markup, "")); len(utf16.Encode([]rune(shown))) > 3500 {
				t.Errorf("%s, %s: %d characters leave no room for a question", key, name, len([]rune(shown)))
			}
			if n := len(utf16.Encode([]rune(plain))); strings.HasPrefix(string(key), "sms.") && n > 70 {
				t.Errorf("%s: %d characters are more than one segment", key, n)
			}
			if n := len([]rune(plain)); strings.HasPrefix(string(key), "notice.") && n > 200 {
				t.Errorf("%s: %d characters are too long for a notice", key, n)
			}
			if strings.Contains(markup+plain, "no value") {
				t.Errorf("%s, %s: %s", key, name, markup)
			}
		}
	}
}

// Ensure that a text that is not there is an error, and no caption.
func TestTexts_Missing(t *testing.T) {
	texts := testTexts()
	if _, err := texts.HTML("nothing", flows.Args{}); err == nil {
		t.Error("HTML rendered what is not there")
	}
	if _, err := texts.Plain("nothing", flows.Args{}); err == nil {
		t.Error("Plain rendered what is not there")
	}
	if s := texts.Caption("nothing", flows.Args{}); s != "" {
		t.Errorf("caption %q", s)
	}
	if texts.Has("nothing") {
		t.Error("Has found what is not there")
	}
}
