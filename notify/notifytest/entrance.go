//go:build integration

package notifytest

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// entrance is a loopback port of this machine that leads to a port inside the
// network namespace of a process.
type entrance struct {
	net.Listener
	namespace *os.File
	inside    string

	wait  sync.WaitGroup
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// open listens on addr. The process may end before the entrance.
func open(addr string, pid int, inside string) (*entrance, error) {
	namespace, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		_ = namespace.Close()
		return nil, err
	}
	e := &entrance{Listener: l, namespace: namespace, inside: inside, conns: map[net.Conn]bool{}}
	e.wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			e.wait.Go(func() { e.relay(conn) })
		}
	})
	return e, nil
}

// relay carries one connection.
func (e *entrance) relay(outside net.Conn) {
	defer e.drop(outside)
	e.hold(outside)
	inside, err := e.dial()
	if err != nil {
		return
	}
	defer e.drop(inside)
	e.hold(inside)
	var there sync.WaitGroup
	there.Go(func() {
		_, _ = io.Copy(inside, outside)
		_ = inside.(*net.TCPConn).CloseWrite()
	})
	_, _ = io.Copy(outside, inside)
	_ = outside.Close()
	there.Wait()
}

// dial connects inside the namespace.
func (e *entrance) dial() (conn net.Conn, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread is foreign now and ends with the goroutine
		if err = unix.Setns(int(e.namespace.Fd()), unix.CLONE_NEWNET); err == nil {
			conn, err = net.Dial("tcp", e.inside)
		}
	}()
	<-done
	return conn, err
}

func (e *entrance) hold(c net.Conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.conns[c] = true
}

func (e *entrance) drop(c net.Conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.conns, c)
	_ = c.Close()
}

// close refuses further connections and cuts those that are open.
func (e *entrance) close() {
	_ = e.Listener.Close()
	e.mu.Lock()
	for c := range e.conns {
		_ = c.Close()
	}
	e.mu.Unlock()
	e.wait.Wait()
	_ = e.namespace.Close()
}
