package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Pace of the live updates.
const (
	statusEvery  = time.Second      // how often the bot's status is looked at
	writeTimeout = 10 * time.Second // after which a browser that takes nothing is let go
)

// section is one part of the page's state: what the browser has of it is
// replaced as a whole whenever it changes.
type section struct {
	event string // name of the server-sent event
	key   string // unique in the page
	value any
}

// events streams the page's state (text/event-stream): every section at once,
// then each section that changed. A browser that reconnects therefore misses
// nothing and needs no memory here.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	s.live.RLock()
	defer s.live.RUnlock()
	w.Header().Set("Content-Type", "text/event-stream")
	changed, stop := s.changes.watch()
	defer stop()
	status := time.NewTicker(statusEvery)
	defer status.Stop()
	said := s.simulator.Watch(r.Context())

	out := stream{w: w, control: http.NewResponseController(w), sent: make(map[string][]byte)}
	for {
		if err := out.send(s.sections()); err != nil {
			return // the browser left
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		case _, ok := <-said:
			if !ok {
				return // the simulator was closed
			}
		case <-changed:
		case <-status.C:
		}
	}
}

// stream is one browser and what it has been sent.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	sent    map[string][]byte // by section key
}

// send writes the sections that differ from what the browser has.
func (o *stream) send(sections []section) error {
	var out bytes.Buffer
	if len(o.sent) == 0 {
		out.WriteString("retry: 1000\n\n")
	}
	for _, s := range sections {
		data, err := json.Marshal(s.value)
		if err != nil {
			return fmt.Errorf("encode %s: %w", s.event, err)
		}
		if bytes.Equal(data, o.sent[s.key]) {
			continue
		}
		o.sent[s.key] = data
		fmt.Fprintf(&out, "event: %s\ndata: %s\n\n", s.event, data)
	}
	if out.Len() == 0 {
		return nil
	}
	// Not every ResponseWriter has deadlines; without one the write just waits.
	_ = o.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := o.w.Write(out.Bytes()); err != nil {
		return err
	}
	return o.control.Flush()
}
