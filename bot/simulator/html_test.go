package simulator

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Ensure that markup is taken out and offsets count UTF-16 units.
func TestParseHTML(t *testing.T) {
	for _, c := range []struct {
		in, want string
		marks    []Entity
	}{
		{"просто", "просто", nil},
		{"a &lt;b&gt; &amp; &quot;c&quot;", `a <b> & "c"`, nil},
		{"&nbsp; &copy; & &#0; &#x1F600; &#1071 &#00000000065;", "&nbsp; &copy; & &#0; 😀 Я &#00000000065;", nil},
		{"<b>a</b><STRONG>b</Strong>", "ab", []Entity{{Type: "bold", Length: 1}, {Type: "bold", Offset: 1, Length: 1}}},
		{"😀<i>я<u>б</u></i>", "😀яб", []Entity{{Type: "italic", Offset: 2, Length: 2}, {Type: "underline", Offset: 3, Length: 1}}},
		{"<em>a</em><ins>b</ins><s>c</s><strike>d</strike><del>e</del>", "abcde", []Entity{
			{Type: "italic", Length: 1}, {Type: "underline", Offset: 1, Length: 1}, {Type: "strikethrough", Offset: 2, Length: 1},
			{Type: "strikethrough", Offset: 3, Length: 1}, {Type: "strikethrough", Offset: 4, Length: 1}}},
		{`<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>`, "ab", []Entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 1, Length: 1}}},
		{`<a href="https://a.ru/?x=1&amp;y=2">a</a>`, "a", []Entity{{Type: "text_link", Length: 1, URL: "https://a.ru/?x=1&y=2"}}},
		{`<a href='https://a.ru'>a</a> <a>b.ru</a> <a href=c.ru >c</a>`, "a b.ru c", []Entity{
			{Type: "text_link", Length: 1, URL: "https://a.ru"}, {Type: "text_link", Offset: 2, Length: 4, URL: "http://b.ru"},
			{Type: "text_link", Offset: 7, Length: 1, URL: "http://c.ru"}}},
		{`<a href="javascript:alert(1)">a</a>`, "a", nil},
		{"<code class=\"language-go\">a</code><pre>b</pre>", "ab", []Entity{{Type: "code", Length: 1}, {Type: "pre", Offset: 1, Length: 1}}},
		{`<pre><code class="language-go">a</code></pre>`, "a", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{`<code class="language-go"><pre>a</pre></code>`, "a", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{"<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab", []Entity{{Type: "blockquote", Length: 1}, {Type: "expandable_blockquote", Offset: 1, Length: 1}}},
		{"<code>a<b>b</b></code><b><code>c</code></b>", "abc", []Entity{{Type: "code", Length: 2}, {Type: "code", Offset: 2, Length: 1}}},
		{"<b></b>a<b >b</>", "ab", []Entity{{Type: "bold", Offset: 1, Length: 1}}},
		{"<b>a</b >", "a", []Entity{{Type: "bold", Length: 1}}},
	} {
		got, marks, reason := parseHTML(c.in)
		if got != c.want || !slices.Equal(marks, c.marks) || reason != "" {
			t.Errorf("%s\ngot  %q %+v %s\nwant %q %+v", c.in, got, marks, reason, c.want, c.marks)
		}
	}
}

// Ensure that what does not parse is told in Telegram's words with the byte offset.
func TestParseHTML_Reasons(t *testing.T) {
	for in, want := range map[string]string{
		"<b>a":                      `Can't find end tag corresponding to start tag "b"`,
		"a</b>":                     "Unexpected end tag at byte offset 1",
		"я<p>a</p>":                 `Unsupported start tag "p" at byte offset 2`,
		"a<br/>":                    `Unsupported start tag "br/" at byte offset 1`,
		"1 < 2":                     `Unsupported start tag "" at byte offset 2`,
		"Анна <3":                   "Unclosed start tag at byte offset 9",
		"<b>a</i>":                  `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"<b>a</b":                   "Unclosed end tag at byte offset 4",
		"<b>a</b c>":                "Unclosed end tag at byte offset 4",
		"<span>a</span>":            `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		`<a "x">a</a>`:              `Empty attribute name in the tag "a" at byte offset 0`,
		"<a href":                   `Unclosed start tag "a" at byte offset 0`,
		"<a href=":                  `Unclosed start tag "a" at byte offset 0`,
		`<a href="x`:                "Unclosed start tag at byte offset 0",
		`<a href="x"`:               "Unclosed start tag at byte offset 0",
		"<a href=http://a.ru>a</a>": "Unexpected end of name token at byte offset 8",
		"<b>&#xD800;</b>":           "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
	} {
		if _, _, reason := parseHTML(in); reason != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, reason, want)
		}
	}
}

// Ensure that blanks at the ends go and entities follow.
func TestTrim(t *testing.T) {
	text, marks := trim(" \n😀 a \n", []Entity{{Type: "bold", Length: 4}, {Type: "code", Offset: 5, Length: 3}, {Type: "italic", Offset: 6, Length: 2}})
	if text != "😀 a" || !slices.Equal(marks, []Entity{{Type: "bold", Length: 2}, {Type: "code", Offset: 3, Length: 1}}) {
		t.Errorf("%q %+v", text, marks)
	}
	if got := clean("a\tb\r\n\u202ec"); got != "a b\nc" {
		t.Errorf("%q", got)
	}
}

// Ensure that overlapping entities still give well-formed HTML.
func TestToHTML(t *testing.T) {
	for _, c := range []struct {
		text  string
		marks []Entity
		want  string
	}{
		{"<a>", nil, "&lt;a&gt;"},
		{"abcd", []Entity{{Type: "bold", Length: 3}, {Type: "italic", Offset: 1, Length: 3}}, "<b>a<i>bc</i></b><i>d</i>"},
		{"😀a", []Entity{{Type: "pre", Language: `g"o`, Offset: 2, Length: 1}}, `😀<pre><code class="language-g&#34;o">a</code></pre>`},
		{"a", []Entity{{Type: "text_link", URL: `https://a.ru/"`, Length: 1}}, `<a href="https://a.ru/&#34;">a</a>`},
		{"a", []Entity{{Type: "text_link", URL: "javascript:alert(1)", Length: 1}}, "a"},
		{"ab", []Entity{{Type: "blockquote", Length: 1}, {Type: "expandable_blockquote", Offset: 1, Length: 1}}, "<blockquote>a</blockquote><blockquote expandable>b</blockquote>"},
		{"abcd", []Entity{{Type: "underline", Length: 1}, {Type: "strikethrough", Offset: 1, Length: 1}, {Type: "spoiler", Offset: 2, Length: 1}, {Type: "code", Offset: 3, Length: 1}},
			`<u>a</u><s>b</s><span class="tg-spoiler">c</span><code>d</code>`},
	} {
		if got := toHTML(c.text, c.marks); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestCommandsIn(t *testing.T) {
	for text, want := range map[string][]Entity{
		"/start ls_1":                 {{Type: "bot_command", Length: 6}},
		"да /help@mvk_bot!":           {{Type: "bot_command", Offset: 3, Length: 13}},
		"😀 /a /b":                     {{Type: "bot_command", Offset: 3, Length: 2}, {Type: "bot_command", Offset: 6, Length: 2}},
		"a/b //c /старт / 1":          nil,
		"/a/b":                        nil,
		"</a>":                        nil,
		"/a@b":                        nil,
		"/" + strings.Repeat("a", 65): nil,
	} {
		if got := commandsIn(text); !slices.Equal(got, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

var anyTag = regexp.MustCompile(`</?([a-z-]+)[^>]*>`)

// FuzzParseHTML: whatever a bot sends, entities lie within the text and what the page
// shows is well-formed, harmless and says the same.
func FuzzParseHTML(f *testing.F) {
	for _, seed := range []string{
		"<b>a</b>", `<a href="https://a.ru">b</a>`, "&lt;<i>😀</i>&#x44f;", `<pre><code class="language-go">x</code></pre>`,
		"<blockquote expandable>a<s>b</s></blockquote>", "<b", "</", "&#xd800;", "a\x00<b>\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		text, marks, reason := parseHTML(clean(strings.ToValidUTF8(in, "?")))
		if reason != "" {
			if text != "" || marks != nil {
				t.Fatal("a refused text came back")
			}
			return
		}
		text, marks = trim(text, marks)
		length := units(text)
		for _, m := range marks {
			if m.Offset < 0 || m.Length < 1 || m.Offset+m.Length > length {
				t.Fatalf("%+v lies outside of %d", m, length)
			}
		}
		if !utf8.ValidString(text) {
			t.Fatal("not UTF-8")
		}
		shown := toHTML(text, marks)
		checkBalance(t, shown)
		if plain := html.UnescapeString(anyTag.ReplaceAllString(shown, "")); plain != html.UnescapeString(html.EscapeString(text)) {
			t.Fatalf("%q is shown as %q", text, plain)
		}
	})
}

func checkBalance(t *testing.T, shown string) {
	t.Helper()
	var open []string
	for _, tag := range anyTag.FindAllStringSubmatch(shown, -1) {
		if tag[0][1] != '/' {
			open = append(open, tag[1])
			continue
		}
		if len(open) == 0 || open[len(open)-1] != tag[1] {
			t.Fatalf("unbalanced: %s", shown)
		}
		open = open[:len(open)-1]
	}
	if len(open) > 0 || strings.Contains(strings.ToLower(shown), `href="javascript:`) {
		t.Fatalf("unsafe: %s", shown)
	}
}
