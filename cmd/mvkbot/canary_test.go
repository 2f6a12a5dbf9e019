package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// planted are patterns of what a walk of Anna's tells the bot: each in every
// spelling that a person or a program would give it.
func planted(t *testing.T, smsCode, mailCode string) map[string]*regexp.Regexp {
	t.Helper()
	key, err := hex.DecodeString(townSecret)
	if err != nil {
		t.Fatal(err)
	}
	alone := func(digits string) string { return `(^|[^0-9.])` + digits + `($|[^0-9])` }
	spelled := func(texts ...string) string {
		for _, s := range texts {
			escaped, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, strings.Trim(string(escaped), `"`), base64.StdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s)))
		}
		for i, s := range texts {
			texts[i] = regexp.QuoteMeta(s)
		}
		return "(?i)" + strings.Join(texts, "|")
	}
	patterns := map[string]*regexp.Regexp{}
	for name, pattern := range map[string]string{
		"phone":        strings.Join(strings.Split("9161234501", ""), `[-–  ().]{0,3}`), // with and without +7, 8, (916), dashes
		"mail":         spelled("anna@mail.example") + "|anna(@|%40)|mail[.]example",
		"surname":      spelled("Соколова") + "|" + spelled("Sokolova"),
		"name":         spelled("Анна"),
		"contract":     spelled("1234567890") + "|123[- ]456[- ]?7890|2000000001",
		"address":      spelled("Лесная") + "|" + spelled("Ходынский"),
		"captcha":      alone("12345"),
		"SMS code":     alone(smsCode),
		"mail code":    alone(mailCode),
		"token":        spelled(townToken, townToken[strings.Index(townToken, ":")+1:]),
		"secret":       spelled(townSecret, string(key)),
		"secret words": `telegram test secret|bot test secret`,
	} {
		patterns[name] = regexp.MustCompile(pattern)
	}
	return patterns
}

// Ensure SPEC §6.4, and that the database alone shows nobody: after a whole way
// nothing that was planted stands in the log, in the database or in its copy.
func TestNothingPersonalShows(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start("MVKBOT_LOG_LEVEL=debug", "MVKBOT_LISTEN=127.0.0.1:0")
	for _, m := range annasWay {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	smsCode, mailCode := w.smsCode("+79161234501", 1), w.mailCode("anna@mail.example", 1)
	_, metrics := w.page("/metrics")
	d := w.desk()
	out := d.succeeds("backup", d.path("copy"))
	w.stop()
	found := map[string]string{"log": w.log.String(), "metrics": metrics, "backup's words": out + d.succeeds("check")}
	for name, file := range map[string]string{"database": "mvkbot.db", "copy": "copy"} {
		content, err := os.ReadFile(w.path(file))
		if err != nil {
			t.Fatal(err)
		}
		found[name] = strings.ReplaceAll(string(content), strings.Repeat("\x00", 4096), "") // pages never used
	}
	if len(lines(found["log"], "time=")) < len(annasWay) || len(found["copy"]) < 16<<10 {
		t.Fatalf("too little to look at:\n%s", found["log"])
	}
	for name, pattern := range planted(t, smsCode, mailCode) {
		for where, text := range found {
			if at := pattern.FindStringIndex(text); at != nil {
				t.Errorf("%s stands in the %s: %q", name, where, text[max(0, at[0]-60):min(len(text), at[1]+20)])
			}
		}
	}
}

// Ensure that the patterns above find what they look for.
func TestPlantedIsFound(t *testing.T) {
	patterns := planted(t, "482913", "713355")
	for _, tt := range []struct{ name, text string }{
		{"phone", "phone=+79161234501"}, {"phone", "8 (916) 123-45-01"}, {"phone", "916 123 45 01"}, {"phone", "7-916-123-45-01"},
		{"mail", "to=ANNA@mail.example"}, {"mail", "anna%40mail.example"}, {"surname", "соколова"}, {"name", `АННА`},
		{"contract", "№ 123-456-7890"}, {"captcha", "answer=12345 "}, {"SMS code", "код 482913."}, {"mail code", "\n713355\n"},
		{"token", "http://h/bot" + townToken + "/getMe"}, {"secret", townSecret}, {"secret", strings.ToUpper(townSecret)},
	} {
		if !patterns[tt.name].MatchString(tt.text) {
			t.Errorf("%s is not found in %q", tt.name, tt.text)
		}
	}
	if patterns["captcha"].MatchString("took=1.123456ms id=9123459") {
		t.Error("digits of another number count")
	}
}
