package flowtest

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"mvkbot/flows"
)

var digits = regexp.MustCompile(`\d{6}`)

// showAll writes the effects of a conversation down as it is after the turn.
func (p *Player) showAll(chat int64, after flows.Conversation, effects []flows.Effect) error {
	for _, e := range effects {
		if r, to := codeOf(e); r != (flows.Ref{}) && !after.Live(r) { // stays in the bot
			p.reported = append(p.reported, report{chat: chat, to: to, ref: r, dead: true})
			continue
		}
		if say, ok := e.(flows.Say); ok && say.Report.Ticket != 0 {
			var relayed bool
			if err := p.inspect(func(_ flows.Conversation, l flows.Ledger) { relayed = p.engine.Relays(chat, say.Report, l) }); err != nil {
				return err
			}
			if !relayed {
				p.reported = append(p.reported, report{chat: chat, ref: say.Report, dead: true})
				continue
			}
		}
		if other, ok := e.(flows.For); ok {
			err := p.inspectAt(other.Chat, func(c flows.Conversation, _ flows.Ledger) { after = c })
			if err = errors.Join(err, p.showAll(other.Chat, after, other.Effects)); err != nil {
				return err
			}
			continue
		}
		if err := p.show(chat, e); err != nil {
			return err
		}
	}
	return nil
}

// show writes an effect down, and remembers what later lines refer to.
func (p *Player) show(chat int64, e flows.Effect) error {
	switch e := e.(type) {
	case flows.Say:
		return p.showSay(chat, e)
	case flows.Notice:
		s, err := p.texts.Plain(e.Text, flows.Args{})
		p.out = append(p.out, show("notice", s)...)
		return err
	case flows.SMS:
		return p.showSMS(chat, e)
	case flows.Mail:
		return p.showMail(chat, e)
	case flows.Alert:
		s, err := p.texts.Plain(e.Text, e.Args)
		p.out = append(p.out, show("alert", s)...)
		return err
	case flows.Tell:
		p.news = append(p.news, e)
		return nil
	case flows.Menu:
		p.out = append(p.out, fmt.Sprintf("(menu of %s: %s)", p.nameOf(e.Chat), e.Role))
		return nil
	case flows.RunImport:
		p.imports = append(p.imports, pendingImport{chat, e})
		trusted := map[bool]string{true: ", trusted"}[e.Trusted]
		p.out = append(p.out, fmt.Sprintf("(import: apply %v, extend %v%s)", e.Apply, e.Extend, trusted))
		return nil
	case flows.Redeliver:
		p.out = append(p.out, fmt.Sprintf("(dead letter %d goes back to the outbox)", e.Letter))
		return nil
	case flows.Backup:
		p.out = append(p.out, "(a copy of the database is asked for)")
		return nil
	case flows.SendTable:
		p.out = append(p.out, "(table: "+e.Table+")")
		return nil
	case flows.CountAudience:
		p.counting = e
		p.out = append(p.out, "(the audience is counted)")
		return nil
	case flows.RunBroadcast:
		p.out = append(p.out, "(the broadcast is seen to)")
		return nil
	case flows.Forget:
		p.out = append(p.out, "(what waits is forgotten)")
		return nil
	}
	return fmt.Errorf("unknown effect %T", e)
}

func (p *Player) showSMS(chat int64, e flows.SMS) error {
	s, err := p.texts.Plain(e.Text, e.Args)
	if n := flows.Units(s); n > oneSegment {
		return fmt.Errorf("SMS of %d characters", n)
	}
	p.out = append(p.out, show("sms "+string(e.To), s)...)
	p.remember("{sms}", digits.FindString(s), report{chat: chat, to: string(e.To), ref: e.Report})
	return err
}

func (p *Player) showMail(chat int64, e flows.Mail) error {
	subject, err := p.texts.Plain(e.Text+".subject", e.Args)
	if err != nil {
		return err
	}
	s, err := p.texts.Plain(e.Text, e.Args)
	if err != nil {
		return err
	}
	if page, err := p.texts.HTML(e.Text+".html", e.Args); err != nil || !strings.Contains(page, e.Args.Code) {
		return fmt.Errorf("HTML part of %s: %q, %w", e.Text, page, err)
	}
	p.out = append(p.out, show("mail "+string(e.To), subject+"\n"+s)...)
	p.remember("{mail}", digits.FindString(s), report{chat: chat, to: string(e.To), ref: e.Report})
	return err
}

// nameOf is how the script calls a chat; one that it never named has a number.
func (p *Player) nameOf(chat int64) string {
	if name, ok := p.names[chat]; ok {
		return name
	}
	return strconv.FormatInt(chat, 10)
}

func (p *Player) remember(name, code string, r report) {
	if code != "" {
		p.last["{old "+name[1:]] = p.last[name]
		p.last[name] = code
	}
	if r.ref != (flows.Ref{}) {
		p.reported = append(p.reported, r)
	}
}

func (p *Player) showSay(chat int64, say flows.Say) error {
	if say.To != 0 {
		chat = say.To
	}
	var parts []string
	for _, l := range append(say.Lead[:len(say.Lead):len(say.Lead)], flows.Line{Text: say.Text, Args: say.Args}) {
		s, err := p.texts.HTML(l.Text, l.Args)
		if err != nil {
			return err
		}
		parts = append(parts, html.UnescapeString(markup.ReplaceAllString(s, "")))
	}
	message := strings.Join(parts, "\n\n")
	if err := fits(message, say); err != nil {
		return err
	}
	if what := attachments[say.Attach.Kind]; what != "" {
		message = "<" + what + "> " + message
	}
	id := p.wrote(chat, say.Replace, message)
	if say.Report.Ticket != 0 {
		p.reported = append(p.reported, report{chat: chat, ref: say.Report, message: id})
	}
	p.out = append(p.out, show(p.speaker(chat, say), message)...)
	if say.Attach.Kind == flows.ExportFile {
		p.exported = say.Attach.Data
	}
	if say.Attach.Kind == flows.CaptchaPicture {
		p.last["{captcha}"] = say.Attach.Answer
		p.remember("", "", report{chat: chat, ref: say.Report})
	}
	if say.Keyboard == flows.RemoveKeyboard {
		p.out = append(p.out, "(keyboard removed)")
	}
	if say.Keyboard == flows.PhoneKeyboard {
		p.out = append(p.out, "{"+p.texts.Caption("button.send_phone", flows.Args{})+"}")
	}
	return p.showButtons(chat, asked{say, id})
}

// speaker tells to whom the bot speaks, and how.
func (p *Player) speaker(chat int64, say flows.Say) string {
	who := "bot"
	if chat != p.chat {
		who += " to " + p.nameOf(chat)
	}
	switch {
	case say.Replace != 0:
		who += " edits"
	case say.ReplyTo != 0:
		who += " replies"
	}
	if say.Silent {
		who += " silently"
	}
	if !say.NotAfter.IsZero() {
		who += " within " + say.NotAfter.Sub(p.now).String()
	}
	return who
}

var (
	markup      = regexp.MustCompile(`</?[bi]>`)
	attachments = map[flows.AttachmentKind]string{
		flows.CaptchaPicture: "picture", flows.CaptchaSpeech: "speech", flows.ConsentTerms: "consent", flows.AgreementTerms: "agreement", flows.ExportFile: "export", flows.Picture: "picture",
		flows.PhotoFile: "photo", flows.DocumentFile: "document",
	}
	styles = map[flows.Style]string{flows.Danger: " (red)", flows.Success: " (green)"}
)

func (p *Player) showButtons(chat int64, say asked) error {
	open, shut := "[", "]"
	if say.Keyboard == flows.PhoneKeyboard {
		open, shut = "{", "}"
	}
	for _, row := range say.Buttons {
		var captions, shown []string
		for _, b := range row {
			c := p.texts.Caption(b.Caption, b.Args)
			captions = append(captions, c)
			shown = append(shown, open+c+shut+styles[b.Style])
		}
		if err := fitRow(captions); err != nil {
			return err
		}
		p.out = append(p.out, strings.Join(shown, " "))
	}
	if len(say.Buttons) > 0 {
		p.asked[chat] = append(p.asked[chat], say)
	}
	return nil
}
