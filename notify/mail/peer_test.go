package mail

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
)

// peer is a relay that answers by a script: the key is a command or one of
// "hello", the greeting, and "dot", the end of a letter; the value is the reply, or
// "drop" to hang up, or "hang" to say nothing more. What the script leaves out
// is answered well.
type peer struct {
	addr    string
	letters atomic.Int64  // final dots seen
	seen    chan string   // what the first connection said, once it is over
	hung    chan struct{} // a value for every time that the script said "hang"
}

var goodReplies = map[string]string{
	"hello": "220 relay", "EHLO": "250-relay\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN", "MAIL": "250 ok", "RCPT": "250 ok",
	"DATA": "354 go on", "dot": "250 2.0.0 queued", "QUIT": "221 bye", "AUTH": "235 ok", "RSET": "250 ok", "NOOP": "250 ok", "HELO": "250 ok",
}

// start serves connections until the test ends.
func start(t *testing.T, script map[string]string) *peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &peer{addr: l.Addr().String(), seen: make(chan string, 1), hung: make(chan struct{}, 8)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn, script)
		}
	}()
	return p
}

func (p *peer) serve(conn net.Conn, script map[string]string) {
	defer func() { _ = conn.Close() }()
	var said strings.Builder
	lines := bufio.NewScanner(conn)
	defer func() {
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
		}
		select {
		case p.seen <- said.String():
		default:
		}
	}()
	inLetter := false
	for event := "hello"; ; {
		reply, ok := script[event]
		if !ok {
			reply = goodReplies[event]
		}
		switch reply {
		case "drop":
			_ = conn.Close()
			return
		case "hang":
			p.hung <- struct{}{}
			return // the deferred reader waits for the client to give up
		}
		_, _ = fmt.Fprintf(conn, "%s\r\n", reply)
		inLetter = event == "DATA" && strings.HasPrefix(reply, "354")
		if event == "QUIT" {
			return
		}
		for event = ""; event == ""; {
			if !lines.Scan() {
				return
			}
			said.WriteString(lines.Text() + "\n")
			switch line := lines.Text(); {
			case inLetter && line == ".":
				p.letters.Add(1)
				event = "dot"
			case !inLetter:
				event, _, _ = strings.Cut(line, " ")
			case script["body"] == "drop":
				_ = conn.Close()
				return
			}
		}
	}
}
