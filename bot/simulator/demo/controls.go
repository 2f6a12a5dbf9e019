package demo

import (
	"net/http"
	"time"
)

// night is the hour of the nightly run (SPEC §2.4).
const night = 3

func (s *Server) killBot(http.ResponseWriter, *http.Request) (any, error) {
	defer s.changes.tell()
	return nil, s.bot.Kill()
}

// moveClock moves the bot's clock by a step that the page has a button for.
func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		To string `json:"to"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	offset := s.offset()
	switch in.To {
	case "hour":
		offset += time.Hour
	case "day":
		offset += 24 * time.Hour
	case "night":
		now := s.now()
		// Never a moment before: the next whole second of the offset.
		offset += nextNight(now.In(s.zone)).Sub(now).Truncate(time.Second) + time.Second
	case "now":
		offset = 0
	default:
		return nil, errBadRequest
	}
	defer s.changes.tell()
	return nil, s.bot.SetClock(offset)
}

// offset is how far the bot's clock is from the real one, in whole seconds:
// the two are read one after the other.
func (s *Server) offset() time.Duration { return time.Until(s.now()).Round(time.Second) }

// nextNight returns the next 03:00 after t, in t's zone.
func nextNight(t time.Time) time.Time {
	at := time.Date(t.Year(), t.Month(), t.Day(), night, 0, 0, 0, t.Location())
	if !at.After(t) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
