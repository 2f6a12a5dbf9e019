package main

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"math"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The functions of this file read one value each. Their errors say what is
// expected and give an example; none of them quotes the value.

var (
	errToken   = errors.New("not a bot's token; it looks like 123456789:AAF… and has no spaces")
	errAPI     = errors.New("must be a URL such as https://api.telegram.org or http://127.0.0.1:8081, without user, query and fragment")
	errRate    = errors.New("must be a whole number of messages a second, 0 or more, such as 30")
	errStore   = errors.New("must be bolt:// and the path of a file, such as bolt:///var/lib/mvkbot/mvkbot.db")
	errEtcd    = errors.New("this build has no etcd; use bolt:///path/file.db")
	errKey     = errors.New(`must be 32 bytes or more in hex or base64; "openssl rand -hex 32" makes one`)
	errSMS     = errors.New("must begin with kannel://, http+get://, http+post://, https+get:// or https+post://")
	errSMPP    = errors.New("this build has no SMPP; put Kannel between: kannel://user:pass@host:13013/?from=MVK")
	errSMTP    = errors.New("must begin with smtp:// or smtps://, such as smtp://user:pass@host:587")
	errAddress = errors.New("must be an e-mail address, such as noreply@example.ru")
	errListen  = errors.New("must be host:port or :port, such as 127.0.0.1:9090")
	errFormat  = errors.New("must be text or json")
	errLevel   = errors.New("must be debug, info, warn or error")
	errDigits  = errors.New("must be 5 digits")
	errSpan    = errors.New("must be a span of time such as 90s, 10m, 24h, 7d or 1d12h")
	errTerms   = errors.New("the file must have a version in its first line and the text below, in UTF-8")
	errAdmins  = errors.New("must be Telegram IDs with commas between, such as 123456789,987654321")
	errZone    = errors.New("not a time zone; it looks like Europe/Moscow")
	errPurge   = errors.New("must be a time of day such as 03:00")
	errPauses  = errors.New("must be spans of 1s or more with commas between, such as 60s,2m,5m,15m")
)

var tokenForm = regexp.MustCompile(`^\d{1,20}:[A-Za-z0-9_-]{30,}$`)

func parseToken(s string) (Secret, error) {
	if !tokenForm.MatchString(s) {
		return "", errToken
	}
	return Secret(s), nil
}

func parseAPI(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.User != nil || strings.ContainsAny(s, "?#") {
		return "", errAPI
	}
	return strings.TrimRight(s, "/"), nil
}

func parseRate(s string) (int, error) {
	rate, err := strconv.Atoi(s)
	if err != nil || rate < 0 {
		return 0, errRate
	}
	return rate, nil
}

func parseStore(s string) (string, error) {
	if strings.HasPrefix(s, "etcd://") {
		return "", errEtcd
	}
	path, ok := strings.CutPrefix(s, "bolt://")
	if !ok || path == "" || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "?#\x00") {
		return "", errStore
	}
	return path, nil
}

// parseKey decodes key material. What is hex is never read as base64: 48 hex
// digits are 24 bytes, and would pass as 36.
func parseKey(s string) (Secret, error) {
	key, err := hex.DecodeString(s)
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if err != nil {
			key, err = encoding.Strict().DecodeString(s)
		}
	}
	if err != nil || len(key) < 32 {
		return "", errKey
	}
	return Secret(key), nil
}

func parseSMS(s string) (Secret, error) {
	scheme, rest, _ := strings.Cut(s, "://")
	switch {
	case scheme == "smpp":
		return "", errSMPP
	case rest != "" && slices.Contains([]string{"kannel", "http+get", "http+post", "https+get", "https+post"}, scheme):
		return Secret(s), nil
	}
	return "", errSMS
}

func parseSMTP(s string) (Secret, error) {
	scheme, rest, _ := strings.Cut(s, "://")
	if rest == "" || scheme != "smtp" && scheme != "smtps" {
		return "", errSMTP
	}
	return Secret(s), nil
}

func parseAddress(s string) (mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, errAddress
	}
	return *a, nil
}

func parseListen(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return "", errListen
	}
	return s, nil
}

func parseFormat(s string) (string, error) {
	if s != "text" && s != "json" {
		return "", errFormat
	}
	return s, nil
}

func parseLevel(s string) (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[s]
	if !ok {
		return 0, errLevel
	}
	return level, nil
}

func parseDigits(s string) (string, error) {
	if len(s) != 5 || strings.Trim(s, "0123456789") != "" {
		return "", errDigits
	}
	return s, nil
}

// parseSpan reads what time.ParseDuration reads, with whole days (d) before it.
func parseSpan(s string) (time.Duration, error) {
	sign, rest := "", s
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		sign, rest = s[:1], s[1:]
	}
	days, rest, hasDays := strings.Cut(rest, "d")
	if !hasDays {
		days, rest = "0", days
	}
	n, err := strconv.ParseUint(days, 10, 16) // 179 years, which a Duration holds
	if err != nil || strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "-") {
		return 0, errSpan
	}
	var span time.Duration
	if !hasDays || rest != "" {
		if span, err = time.ParseDuration(rest); err != nil {
			return 0, errSpan
		}
	}
	whole := time.Duration(n) * 24 * time.Hour
	if span > math.MaxInt64-whole {
		return 0, errSpan
	}
	if sign == "-" {
		return -(whole + span), nil
	}
	return whole + span, nil
}

// atLeast reads a span that is not shorter.
func atLeast(least time.Duration) func(string) (time.Duration, error) {
	return func(s string) (time.Duration, error) {
		span, err := parseSpan(s)
		if err == nil && span < least {
			err = errors.New("must be " + least.String() + " or more")
		}
		return span, err
	}
}

// count reads a number that is not less.
func count(least int) func(string) (int, error) {
	return func(s string) (int, error) {
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil || n < int64(least) {
			return 0, errors.New("must be a whole number, " + strconv.Itoa(least) + " or more")
		}
		return int(n), nil
	}
}

// readTerms reads a file of terms: its first line is the version.
func readTerms(path string) (string, error) {
	file, _, err := readFile(path)
	if err != nil {
		return "", errors.New("the file cannot be read: " + reason(err))
	}
	version, text, _ := strings.Cut(strings.TrimPrefix(string(file), "\ufeff"), "\n")
	if !utf8.Valid(file) || strings.TrimSpace(version) == "" || strings.TrimSpace(text) == "" {
		return "", errTerms
	}
	return string(file), nil
}

func parseAdmins(s string) ([]int64, error) {
	const most = 1 << 52 // Bot API: an ID has at most 52 significant bits
	var ids []int64
	for part := range strings.SplitSeq(s, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil || id <= 0 || id >= most {
			return nil, errAdmins
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil {
		return nil, errZone
	}
	return zone, nil
}

// parsePurge reads a time of day, as the span since midnight.
func parsePurge(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("03:00") {
		return 0, errPurge
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func parsePauses(s string) ([]time.Duration, error) {
	var pauses []time.Duration
	for part := range strings.SplitSeq(s, ",") {
		pause, err := atLeast(time.Second)(strings.TrimSpace(part))
		if err != nil {
			return nil, errPauses
		}
		pauses = append(pauses, pause)
	}
	return pauses, nil
}
