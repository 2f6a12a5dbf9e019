package flowtest

import (
	"fmt"
	"strconv"
	"strings"
)

// The turns that shortcuts play; {phone} and {email} are the shortcut's own.
var (
	formTurns = []string{
		"user: /start", "press: Физическое лицо", "press: Регистрация", "press: Согласен",
		"user: Соколова", "user: Анна", "user: Петровна", "user: {phone}", "user: {email}",
		"user: {captcha}", "press: Принимаю",
	}
	registrationTurns = append(formTurns[:len(formTurns):len(formTurns)], "press: Зарегистрироваться")
	claimTurns        = append(registrationTurns[:len(registrationTurns):len(registrationTurns)], "press: Это мой номер", "press: Зарегистрироваться")
	accessTurns       = []string{"user: /start", "press: Физическое лицо", "press: Войти", "user: {phone}", "user: {email}"}
	accountTurns      = append(registrationTurns[:len(registrationTurns):len(registrationTurns)], "user: {sms}", "user: {mail}")
)

// shortcut plays turns that other transcripts show, and shows the last answer.
func (p *Player) shortcut(turns []string, contacts string) error {
	last := strings.LastIndexByte(contacts, ' ')
	if last < 0 {
		return fmt.Errorf("want PHONE EMAIL")
	}
	own := strings.NewReplacer("{phone}", contacts[:last], "{email}", contacts[last+1:])
	for _, t := range turns {
		p.out = nil
		verb, rest := line{text: own.Replace(t)}.command()
		if err := verbsOfTurns[verb](p, rest); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return nil
}

var verbsOfTurns = map[string]func(*Player, string) error{
	"user":  (*Player).user,
	"press": func(p *Player, s string) error { return p.press(s, 0) },
}

// crowd lets further residents register, each with a number of a block of its
// own; the first of them, as many as stand after «used», enter their code. Only
// alerts are shown.
func (p *Player) crowd(s string) error {
	var n, used int
	if _, err := fmt.Sscanf(s, "%d used %d", &n, &used); err != nil {
		return err
	}
	me := p.chat
	var alerts []string
	for i := range n {
		p.crowds++
		p.as("crowd " + strconv.Itoa(p.crowds))
		turns := registrationTurns
		if i < used {
			turns = append(turns[:len(turns):len(turns)], "user: {sms}")
		}
		for j := range turns {
			err := p.shortcut(turns[j:j+1], fmt.Sprintf("+7925%03d0000 crowd%d@mail.ru", p.crowds, p.crowds))
			if err != nil {
				return err
			}
			for _, out := range p.out {
				if strings.HasPrefix(out, "alert: ") {
					alerts = append(alerts, out)
				}
			}
		}
	}
	p.chat, p.out = me, alerts
	return nil
}
