package text

import (
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that what people write is escaped for the messenger and plain for a
// caption, that texts within texts are neither escaped twice nor not at all,
// and that a condition that left nothing leaves no hole.
func TestTexts(t *testing.T) {
	texts, err := New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	a := flows.Args{Fields: []flows.FieldView{{Value: "<b>&", Fault: "fault.email_at"}}}
	markup, err := texts.HTML("wrong", a)
	if want := "🔴 «&lt;b&gt;&amp;» не подходит. В адресе нет знака @. Например: ivanova@mail.ru."; err != nil || markup != want {
		t.Errorf("HTML: %q, %v; want %q", markup, err, want)
	}
	plain, err := texts.Plain("wrong", a)
	if want := "🔴 «<b>&» не подходит. В адресе нет знака @. Например: ivanova@mail.ru."; err != nil || plain != want {
		t.Errorf("Plain: %q, %v; want %q", plain, err, want)
	}
	if got := texts.Caption("button.keep", flows.Args{}); got != "Оставить как есть" {
		t.Errorf("Caption: %q", got)
	}
	if got := tidy("\n a\n\n\n\nb \n"); got != "a\n\nb" {
		t.Errorf("tidy: %q", got)
	}
	for _, key := range texts.Keys() {
		if !texts.Has(key) {
			t.Errorf("text %s is listed and not there", key)
		}
	}
	if _, err := texts.HTML("nothing", a); err == nil || texts.Caption("nothing", a) != "" || texts.Has("nothing") {
		t.Error("a text that is not there was rendered")
	}
}

// Ensure that what is not rendered anew is what the templates would render.
func TestConstants(t *testing.T) {
	texts, err := New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	constants := texts.constants
	texts.constants = nil
	if len(constants) < 100 || constants["button.back"] == "" {
		t.Errorf("%d constants", len(constants))
	}
	for key, want := range constants {
		if s, err := texts.HTML(key, flows.Args{Value: "<b>", N: 7}); err != nil || s != want {
			t.Errorf("%s: %q in HTML, not %q: %v", key, s, want, err)
		}
		if s, err := texts.Plain(key, flows.Args{Value: "<b>", N: 7}); err != nil || s != want {
			t.Errorf("%s: %q in plain, not %q: %v", key, s, want, err)
		}
	}
}
