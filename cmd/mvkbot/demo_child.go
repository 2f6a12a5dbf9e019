package main

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"mvkbot/bot/simulator/demo"
)

// Pace of the supervision.
const (
	leastPause = 200 * time.Millisecond // before a bot that died is started again
	mostPause  = 10 * time.Second       // the same, after it died again and again
	settled    = 20 * time.Second       // a bot that lived so long had a good start
	termGrace  = 12 * time.Second       // from SIGTERM to SIGKILL
	pipeGrace  = time.Second            // for the last lines of a bot that is dead
)

// errSupervisionEnded is the answer to an order that came too late.
var errSupervisionEnded = errors.New("the demo is ending")

// child is the bot as a process that is kept alive: supervise runs it, the
// methods of demo.Bot may be called by anyone meanwhile.
type child struct {
	log     *slog.Logger
	command func(offset time.Duration) (*exec.Cmd, error)
	orders  chan order
	ended   chan struct{} // closed when supervise returns
	said    tail

	mu     sync.Mutex
	offset time.Duration
	status demo.Status
}

var _ demo.Bot = (*child)(nil)

// order wants the bot started again.
type order struct {
	signal syscall.Signal // that ends the running one
	offset time.Duration  // of the next one's clock
	done   chan error     // gets the outcome of the next start; buffered
}

func newChild(log *slog.Logger, offset time.Duration, command func(time.Duration) (*exec.Cmd, error)) *child {
	return &child{log: log, command: command, offset: offset, orders: make(chan order), ended: make(chan struct{})}
}

// Kill ends the bot by SIGKILL and starts it again.
func (c *child) Kill() error { return c.restart(syscall.SIGKILL, c.clock()) }

// SetClock ends the bot by SIGTERM and starts it again with another clock.
func (c *child) SetClock(offset time.Duration) error { return c.restart(syscall.SIGTERM, offset) }

// Now tells the bot's time.
func (c *child) Now() time.Time { return time.Now().Add(c.clock()) }

// Status tells how the process is.
func (c *child) Status() demo.Status {
	c.mu.Lock()
	s := c.status
	c.mu.Unlock()
	s.Log = c.said.last()
	return s
}

func (c *child) clock() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

func (c *child) restart(signal syscall.Signal, offset time.Duration) error {
	o := order{signal, offset, make(chan error, 1)}
	select {
	case c.orders <- o:
	case <-c.ended:
		return errSupervisionEnded
	}
	select {
	case err := <-o.done:
		return err
	case <-c.ended:
		return errSupervisionEnded
	}
}

// supervise keeps the bot running until ctx ends, and ends it then.
func (c *child) supervise(ctx context.Context) {
	defer close(c.ended)
	// The kernel ends the bot when the thread that started it ends, not the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	var waiting chan error // of the order that is being obeyed
	for pause := leastPause; ; {
		began := time.Now()
		p, err := c.start()
		if waiting != nil {
			waiting <- err
		}
		o, ordered := c.attend(ctx, p)
		if !ordered && ctx.Err() == nil { // it died by itself
			if time.Since(began) > settled {
				pause = leastPause
			}
			c.log.Warn("the bot died and is started again", "err", errors.Join(err, p.err), "pause", pause)
			o, ordered = c.await(ctx, pause)
			pause = min(2*pause, mostPause)
		}
		if ctx.Err() != nil {
			return
		}
		waiting = nil
		if ordered {
			waiting, pause = o.done, leastPause
			c.mu.Lock()
			c.offset = o.offset
			c.mu.Unlock()
		}
	}
}

// attend waits until the process is dead: by itself, by an order, or because
// ctx ended.
func (c *child) attend(ctx context.Context, p *process) (o order, ordered bool) {
	select {
	case <-p.dead:
	case <-ctx.Done():
		p.end(syscall.SIGTERM)
	case o = <-c.orders:
		p.end(o.signal)
		ordered = true
	}
	c.mu.Lock()
	c.status.Running = false
	c.mu.Unlock()
	return o, ordered
}

// await waits for an order, for pause at most.
func (c *child) await(ctx context.Context, pause time.Duration) (o order, ordered bool) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case o = <-c.orders:
		return o, true
	case <-t.C:
	case <-ctx.Done():
	}
	return o, false
}

// start starts the bot. The process is never nil, but dead after an error.
func (c *child) start() (*process, error) {
	p := &process{dead: make(chan struct{})}
	cmd, err := c.command(c.clock())
	if err == nil {
		cmd.Stdout, cmd.Stderr = &c.said, &c.said
		cmd.SysProcAttr = childAttributes()
		cmd.WaitDelay = pipeGrace
		err = cmd.Start()
	}
	if err != nil {
		close(p.dead)
		return p, err
	}
	p.cmd = cmd
	go func() {
		p.err = cmd.Wait()
		close(p.dead)
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.status.Since.IsZero() {
		c.status.Restarts++
	}
	c.status.Running, c.status.Since = true, time.Now()
	return p, nil
}

// process is one life of the bot.
type process struct {
	cmd  *exec.Cmd
	dead chan struct{} // closed when it is dead; err may be read then
	err  error
}

// end ends the process by a signal, and by SIGKILL when it takes too long.
func (p *process) end(signal syscall.Signal) {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(signal) // it may be dead already
	t := time.NewTimer(termGrace)
	defer t.Stop()
	select {
	case <-p.dead:
	case <-t.C:
		_ = p.cmd.Process.Kill()
		<-p.dead
	}
}
