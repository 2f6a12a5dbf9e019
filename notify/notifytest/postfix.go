//go:build integration

package notifytest

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// Letter is one delivered letter.
type Letter struct {
	From, To string // the envelope
	Raw      string // headers and body; the relay's own headers come first
}

// SMTP is a Postfix that takes letters for anybody from whoever signs in over
// TLS, and keeps them.
type SMTP struct {
	t      testing.TB
	dir    string
	addr   string
	daemon daemon
}

const postfixMain = `
compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.test
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = vault
vault_destination_recipient_limit = 1
maillog_file = /dev/stdout
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = DIR/etc/key.pem, DIR/etc/cert.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = relay
smtpd_relay_restrictions = permit_sasl_authenticated, reject
`

const postfixMaster = `
ADDR      inet  n       -       n       -       -       smtpd
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
vault     unix  -       n       n       -       4       pipe flags=DR user=nobody argv=DIR/etc/deliver DIR/mail ${queue_id}
`

// Debian's Postfix looks for it in the folder sasl beside main.cf, whatever
// cyrus_sasl_config_path says.
const postfixSASL = `pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: DIR/etc/sasldb2
mech_list: PLAIN LOGIN
`

const postfixDeliver = `#!/bin/sh
cat >"$1/tmp/$2" && mv "$1/tmp/$2" "$1/new/$2"
`

const postfixScript = `
postfix -c "$0" start-fg &
cat >/dev/null
while kill -0 "$!" 2>/dev/null; do
	postfix -c "$0" stop || sleep 0.2
done
wait
`

// StartSMTP starts a Postfix that takes letters at URL until the test ends. Its
// certificate is trusted by this process, unless that has verified another
// certificate before, and by programs that get SSL_CERT_FILE=CertFile().
func StartSMTP(t testing.TB) *SMTP {
	t.Helper()
	// Not t.TempDir: Postfix's own users must be able to walk there.
	dir, err := os.MkdirTemp("", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &SMTP{t: t, dir: dir, addr: l.Addr().String()}
	_ = l.Close()
	s.configure()
	t.Setenv("SSL_CERT_FILE", s.CertFile())
	t.Cleanup(s.Stop)
	s.Start()
	return s
}

// configure writes everything that Postfix reads.
func (s *SMTP) configure() {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	must(os.Chmod(s.dir, 0o755))
	for _, d := range []string{"etc", "etc/sasl", "queue", "data", "mail", "mail/tmp", "mail/new"} {
		must(os.Mkdir(filepath.Join(s.dir, d), 0o755))
	}
	must(exec.Command("chown", "postfix", filepath.Join(s.dir, "data")).Run())
	must(exec.Command("chown", "-R", "nobody", filepath.Join(s.dir, "mail")).Run())
	fill := strings.NewReplacer("DIR", s.dir, "ADDR", s.addr)
	for name, text := range map[string]string{
		"etc/main.cf": postfixMain, "etc/master.cf": postfixMaster, "etc/deliver": postfixDeliver, "etc/sasl/smtpd.conf": postfixSASL,
		"etc/cert.pem": certificate().cert, "etc/key.pem": certificate().key,
	} {
		must(os.WriteFile(filepath.Join(s.dir, name), []byte(fill.Replace(text)), 0o644))
	}
	must(os.Chmod(filepath.Join(s.dir, "etc", "deliver"), 0o755))
	users := filepath.Join(s.dir, "etc", "sasldb2")
	add := exec.Command("saslpasswd2", "-c", "-p", "-f", users, "-u", "relay", "bot")
	add.Stdin = strings.NewReader("s3cret&\n")
	must(add.Run())
	must(exec.Command("chgrp", "postfix", users).Run())
	must(os.Chmod(users, 0o640))
}

// URL returns the address in the form of MVKBOT_SMTP.
func (s *SMTP) URL() string {
	u := url.URL{Scheme: "smtp", User: url.UserPassword("bot", "s3cret&"), Host: s.addr, RawQuery: "tls=mandatory"}
	return u.String()
}

// CertFile returns the file of the certificate that SSL_CERT_FILE should name.
func (s *SMTP) CertFile() string { return filepath.Join(s.dir, "etc", "cert.pem") }

// Start starts a stopped Postfix at the same address, and returns when it takes letters.
func (s *SMTP) Start() {
	s.t.Helper()
	first := s.daemon.start(s.t, "sh", "-c", postfixScript, filepath.Join(s.dir, "etc"))
	s.daemon.journal.await(s.t, first, "the start of Postfix", has("daemon started"))
}

// Stop ends Postfix in an orderly way; connections are refused.
func (s *SMTP) Stop() {
	s.t.Helper()
	s.daemon.stop(s.t)
}

// Letters returns what has been delivered so far, over all starts, oldest first.
func (s *SMTP) Letters() []Letter {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "mail", "new", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	age := map[string]int64{}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			s.t.Fatal(err)
		}
		age[f] = info.ModTime().UnixNano()
	}
	sort.Slice(files, func(i, j int) bool { return age[files[i]] < age[files[j]] })
	var all []Letter
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			s.t.Fatal(err)
		}
		text := strings.ReplaceAll(string(raw), "\r\n", "\n")
		all = append(all, Letter{From: header(text, "Return-Path"), To: header(text, "Delivered-To"), Raw: text})
	}
	return all
}

// header returns the first value of a header, without angle brackets.
func header(raw, name string) string {
	_, rest, _ := strings.Cut("\n"+raw, "\n"+name+": ")
	value, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(value, "<>")
}

// Wait returns what has been delivered once there are n letters.
func (s *SMTP) Wait(n int) []Letter {
	s.t.Helper()
	s.daemon.journal.await(s.t, 0, fmt.Sprintf("arrival of %d letters", n), func([]string) bool { return len(s.Letters()) >= n })
	return s.Letters()
}
