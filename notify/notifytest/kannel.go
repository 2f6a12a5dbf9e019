//go:build integration

package notifytest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"unicode/utf16"
)

// SMS is one message (one segment) as it reached the SMSC.
type SMS struct {
	From, To string
	Coding   string // "ucs-2" or "text", as the fake SMSC names them
	Text     string
}

// Kannel is a bearerbox, a smsbox and a fake SMSC.
type Kannel struct {
	t      testing.TB
	dir    string
	addr   string // of the entrance
	daemon daemon
	door   *entrance
}

// kannelConf is read inside a network namespace, so its ports are free.
const kannelConf = `
group = core
admin-port = 13000
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = 13001
smsbox-interface = 127.0.0.1
log-level = 1

group = smsc
smsc = fake
smsc-id = UP
port = 10000
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = 13013
sendsms-interface = 127.0.0.1
log-level = 1

group = sendsms-user
username = bot
password = "s3cret&"
max-messages = 3
concatenation = true

group = sms-service
keyword = default
text = ""
`

const kannelScript = `
ip link set lo up
/usr/sbin/bearerbox "$0" &
until ss -ltnH 'sport = :13001' | grep -q .; do sleep 0.05; done
/usr/sbin/smsbox "$0" &
until ss -ltnH 'sport = :10000' | grep -q .; do sleep 0.05; done
/usr/lib/kannel/test/fakesmsc -H 127.0.0.1 -r 10000 -m 0 "1 2 text none" &
exec cat >/dev/null
`

// StartKannel starts a Kannel that accepts SMS at URL until the test ends.
func StartKannel(t testing.TB) *Kannel {
	t.Helper()
	k := &Kannel{t: t, dir: t.TempDir(), addr: "127.0.0.1:0"}
	if err := os.WriteFile(k.conf(), []byte(kannelConf), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Stop)
	k.Start()
	return k
}

func (k *Kannel) conf() string { return filepath.Join(k.dir, "kannel.conf") }

// URL returns Kannel's address in the form of MVKBOT_SMS.
func (k *Kannel) URL() string {
	u := url.URL{Scheme: "kannel", User: url.UserPassword("bot", "s3cret&"), Host: k.addr, RawQuery: "from=MVK&smsc=UP"}
	return u.String()
}

// Start starts a stopped Kannel at the same address, and returns when it takes messages.
func (k *Kannel) Start() {
	k.t.Helper()
	// The script is process 1 of its namespace: when it ends, all ends.
	first := k.daemon.start(k.t, "unshare", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", kannelScript, k.conf())
	k.daemon.journal.await(k.t, first, "the start of Kannel",
		has("Connected to bearerbox", "Fakesmsc client connected"))
	door, err := open(k.addr, k.daemon.command.Process.Pid, "127.0.0.1:13013")
	if err != nil {
		k.t.Fatal(err)
	}
	k.door, k.addr = door, door.Addr().String()
}

// Stop ends Kannel at once, as a power failure does; connections are refused.
func (k *Kannel) Stop() {
	k.t.Helper()
	if k.door != nil {
		k.door.close()
		k.door = nil
	}
	k.daemon.stop(k.t)
}

var gotMessage = regexp.MustCompile(`Got message \d+: <(\S+) (\S+) (\S+) (.*)>$`)

// Received returns what has reached the SMSC so far, over all starts.
func (k *Kannel) Received() []SMS { return received(k.daemon.journal.since(0)) }

// Wait returns what has reached the SMSC once there are n messages.
func (k *Kannel) Wait(n int) []SMS {
	k.t.Helper()
	k.daemon.journal.await(k.t, 0, fmt.Sprintf("arrival of %d SMS", n), func(lines []string) bool { return len(received(lines)) >= n })
	return k.Received()
}

func received(lines []string) []SMS {
	var all []SMS
	for _, line := range lines {
		m := gotMessage.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text, err := url.QueryUnescape(m[4])
		if err == nil && m[3] == "ucs-2" {
			text = fromUCS2(text)
		}
		all = append(all, SMS{From: m[1], To: m[2], Coding: m[3], Text: text})
	}
	return all
}

// fromUCS2 decodes big-endian UTF-16.
func fromUCS2(s string) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}
