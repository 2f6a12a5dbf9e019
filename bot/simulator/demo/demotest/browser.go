//go:build integration

package demotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long one act may take: a loaded machine starts Chromium slowly.
const patience = time.Minute

// Browser is one person with one tab. Its methods fail the test.
type Browser struct {
	t   *testing.T
	ctx context.Context
	dir string // of screenshots
}

// Open starts Chromium and opens the page. Screenshots go to the test's
// artifacts (go test -artifacts -outputdir DIR).
func Open(t *testing.T, url string) *Browser {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(stop)
	ctx, shut := chromedp.NewContext(ctx)
	b := &Browser{t: t, ctx: ctx, dir: t.ArtifactDir()}
	// The browser lives as long as the context of its first act.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	listen := b.listen()
	t.Cleanup(func() { shut(); listen() })
	b.do("open the page", chromedp.Navigate(url), chromedp.WaitVisible("[data-resident]"))
	return b
}

// listen gathers the page's complaints; the returned function waits for the
// last and reports them.
func (b *Browser) listen() func() {
	var wait sync.WaitGroup
	messages := chromedp.Console(b.ctx)
	var complaints []string
	wait.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				complaints = append(complaints, m.String())
			}
		}
	})
	return func() {
		wait.Wait()
		for _, c := range complaints {
			b.t.Errorf("the page complained: %s", c)
		}
	}
}

func (b *Browser) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.Shot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// Window makes the viewport this large, in CSS pixels, light or dark.
func (b *Browser) Window(width, height int64, dark bool) {
	b.t.Helper()
	scheme := map[bool]string{false: "light", true: "dark"}[dark]
	b.do("resize", chromedp.EmulateViewport(width, height))
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		b.t.Fatal(err)
	}
}

// Say types a text into the chat and sends it with Enter.
func (b *Browser) Say(text string) {
	b.t.Helper()
	b.do("say "+text, chromedp.SendKeys("#say", text), enter)
}

// enter is the key as a person presses it. That of chromedp sends its character
// too when the page has already taken the key.
var enter = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13,
		}); err != nil {
			return err
		}
	}
	return nil
})

// Press presses the newest button of this caption under a message.
func (b *Browser) Press(caption string) {
	b.t.Helper()
	b.Click(fmt.Sprintf(`(//*[@id="messages"]//*[contains(concat(" ", @class, " "), " key ")][%s])[last()]`, ends(caption)))
}

// PressKey presses a key of the bot's own keyboard.
func (b *Browser) PressKey(caption string) {
	b.t.Helper()
	b.Click(fmt.Sprintf(`//*[@id="keys"]//button[%s]`, ends(caption)))
}

// Sees waits until a message that holds the text is in the chat.
func (b *Browser) Sees(text string) {
	b.t.Helper()
	b.Waits(fmt.Sprintf(`//*[@id="messages"]/li[contains(., %s)]`, quote(text)))
}

// Asked waits until the newest message of the chat holds the text.
func (b *Browser) Asked(text string) {
	b.t.Helper()
	b.Waits(fmt.Sprintf(`//*[@id="messages"]/li[last()][contains(@class, "theirs")][contains(., %s)]`, quote(text)))
}

// Offers waits until the newest message of the chat has a button of this caption.
func (b *Browser) Offers(caption string) {
	b.t.Helper()
	b.Waits(fmt.Sprintf(`//*[@id="messages"]/li[last()]//*[contains(concat(" ", @class, " "), " key ")][%s]`, ends(caption)))
}

// Click waits for an element (a CSS selector or an XPath) and clicks it.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(selector, chromedp.NodeVisible))
}

// Waits waits until an element is visible.
func (b *Browser) Waits(selector string) {
	b.t.Helper()
	b.do("wait for "+selector, chromedp.WaitVisible(selector))
}

// WaitsHidden waits until an element is there and cannot be seen.
func (b *Browser) WaitsHidden(selector string) {
	b.t.Helper()
	b.do("wait for "+selector+" to hide", chromedp.WaitNotVisible(selector))
}

// Attach gives a file to a file input.
func (b *Browser) Attach(selector, path string) {
	b.t.Helper()
	b.do("attach "+path, chromedp.SetUploadFiles(selector, []string{path}, chromedp.NodeReady))
}

// Keys presses keys by their names, such as ArrowDown, where the focus is.
func (b *Browser) Keys(names ...string) {
	b.t.Helper()
	known := map[string]string{
		"ArrowDown": kb.ArrowDown, "ArrowUp": kb.ArrowUp, "Escape": kb.Escape, "Tab": kb.Tab,
	}
	for _, name := range names {
		b.do("press "+name, chromedp.KeyEvent(known[name]))
	}
}

// Eval runs JavaScript in the page and returns its value as a text.
func (b *Browser) Eval(expression string) string {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// Shot takes a picture of the page, after its animations.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	// Chromium draws what it shows: a frame after all that was asked before.
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](
		`Promise.allSettled(document.getAnimations().filter((a) => a.effect.getTiming().iterations === 1).map((a) => a.finished)).then(
			() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done("drawn")))))`, chromedp.EvalAwaitPromise))
	if err == nil {
		var picture []byte
		if picture, err = chromedp.Run(b.ctx, chromedp.CaptureScreenshot()); err == nil {
			err = os.WriteFile(filepath.Join(b.dir, name+".png"), picture, 0o600)
		}
	}
	if err != nil {
		b.t.Errorf("picture %s: %v", name, err)
	}
}

// ends is the XPath condition that an element's text ends so; an emoji may stand
// before.
func ends(text string) string {
	return fmt.Sprintf(`substring(., string-length(.) - string-length(%[1]s) + 1) = %[1]s`, quote(text))
}

// quote writes a text as an XPath string; the page's texts hold no ASCII quotes.
func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, "") + `"` }
