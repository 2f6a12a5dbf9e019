package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport says which packages of the project, and which libraries, a package
// may import: all else is refused. A name ending in "/…" stands for what is
// below it, and a library for all of its packages.
var mayImport = map[string]struct{ ours, theirs []string }{
	"flows":          {nil, []string{"github.com/looplab/fsm", "github.com/nyaruka/phonenumbers", "golang.org/x/net/idna", "golang.org/x/text/unicode/norm"}},
	"flows/text":     {[]string{"flows"}, nil},
	"flows/flowtest": {[]string{"flows", "flows/text"}, nil},

	"storage":             {[]string{"flows"}, []string{"github.com/fxamacker/cbor/v2"}},
	"storage/bolt":        {[]string{"storage"}, []string{"go.etcd.io/bbolt"}},
	"storage/storagetest": {[]string{"flows", "storage"}, []string{"pgregory.net/rapid"}},
	"storage/directory": {[]string{"flows"}, []string{
		"go.etcd.io/bbolt", "github.com/fxamacker/cbor/v2", "github.com/xuri/excelize/v2", "golang.org/x/text",
	}},
	"storage/directory/directorytest": {nil, []string{"golang.org/x/text"}},

	"notify":            {nil, nil},
	"notify/mail":       {[]string{"notify"}, []string{"github.com/wneessen/go-mail", "golang.org/x/net/idna"}},
	"notify/sms":        {[]string{"notify"}, []string{"golang.org/x/net/http/httpguts"}},
	"notify/notifytest": {nil, []string{"golang.org/x/sys"}},

	"bot": {[]string{"flows", "flows/text", "storage", "notify", "bot/admin", "bot/admin/sheet", "bot/telegram", "bot/captcha"}, []string{
		"github.com/fxamacker/cbor/v2", "golang.org/x/sync/errgroup",
	}},
	"bot/admin":          {[]string{"flows", "storage", "bot/admin/sheet", "bot/admin/stats"}, nil},
	"bot/admin/sheet":    {nil, nil},
	"bot/admin/stats":    {[]string{"flows", "storage"}, []string{"golang.org/x/image"}},
	"bot/telegram":       {nil, []string{"github.com/go-telegram-bot-api/telegram-bot-api/v5", "golang.org/x/time/rate"}},
	"bot/captcha":        {nil, []string{"golang.org/x/image", "github.com/mojocn/base64Captcha"}},
	"bot/simulator":      {nil, nil},
	"bot/simulator/demo": {[]string{"bot/simulator", "flows"}, []string{"github.com/emersion/go-smtp", "golang.org/x/net", "golang.org/x/text"}},

	"bot/simulator/demo/demotest": {nil, []string{"github.com/chromedp"}},

	// The commands are the only places that know every package.
	"cmd/mvkbot":  {[]string{"…"}, []string{"…"}},
	"cmd/mvkload": {[]string{"…"}, []string{"…"}},
}

// Ensure that no package imports what it must not know.
func TestImports(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "-tags", "integration", "mvkbot/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder, seen := json.NewDecoder(strings.NewReader(string(out))), map[string]bool{}
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, "mvkbot/")
		seen[name] = true
		rule, ok := mayImport[name]
		if !ok {
			t.Errorf("%s has no rule: say in this table what it may import", name)
		}
		for _, imported := range p.Imports {
			ours, is := strings.CutPrefix(imported, "mvkbot/")
			if is && !allowed(rule.ours, ours, false) || !is && strings.Contains(imported, ".") && !allowed(rule.theirs, imported, true) {
				t.Errorf("%s must not import %s", name, imported)
			}
		}
	}
	for name := range mayImport {
		if !seen[name] {
			t.Errorf("%s has a rule and no package", name)
		}
	}
}

func allowed(list []string, path string, below bool) bool {
	return slices.ContainsFunc(list, func(a string) bool {
		return a == "…" || a == path || below && strings.HasPrefix(path, a+"/")
	})
}
