package simulator

import (
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Limits of the bot's profile (Bot API 10.1).
const (
	maxDescription      = 512
	maxShortDescription = 120
	closeRefusedFor     = 10 * time.Minute // after the start
)

// profile is what the bot tells about itself.
type profile struct {
	loggedOut atomic.Bool
	mu        sync.Mutex
	commands  map[commandKey][]Command
}

func (s *Server) getMe(*params) (any, *failure) {
	return struct {
		*wireUser
		CanJoinGroups   bool `json:"can_join_groups"`
		ReadsAll        bool `json:"can_read_all_group_messages"`
		SupportsInline  bool `json:"supports_inline_queries"`
		ConnectBusiness bool `json:"can_connect_to_business"`
		HasMainWebApp   bool `json:"has_main_web_app"`
	}{wireUser: s.bot, CanJoinGroups: true}, nil
}

// logOut makes every later call fail with 401.
func (s *Server) logOut(*params) (any, *failure) {
	s.profile.loggedOut.Store(true)
	return true, nil
}

func (s *Server) closeBot(*params) (any, *failure) {
	if left := closeRefusedFor - s.opts.Now().Sub(s.started); left > 0 {
		return nil, flood(int(left/time.Second) + 1)
	}
	return true, nil
}

func (s *Server) setMyDescription(p *params) (any, *failure) {
	return withinLength(p.get("description"), maxDescription)
}

func (s *Server) setMyShortDescription(p *params) (any, *failure) {
	return withinLength(p.get("short_description"), maxShortDescription)
}

func withinLength(text string, limit int) (any, *failure) {
	if utf8.RuneCountInString(text) > limit {
		return nil, bad("description is too long")
	}
	return true, nil
}

func (s *Server) getFile(p *params) (any, *failure) {
	f := s.files.get(p.get("file_id"))
	switch {
	case p.get("file_id") == "":
		return nil, bad("invalid file_id")
	case f == nil:
		return nil, legally(bad("wrong file_id or the file is temporarily unavailable"))
	case len(f.data) > maxDownload:
		return nil, legally(bad("file is too big")) // sizes need not be told in updates
	}
	s.files.link(f, s.opts.Now())
	return &wireFile{ID: f.id, UniqueID: f.unique, Size: len(f.data), Path: f.path}, nil
}

// getChat is how a bot asks whether somebody ever wrote to it: that they did not
// is an answer.
func (s *Server) getChat(p *params) (any, *failure) {
	c, f := s.target(p)
	if f != nil {
		return nil, legally(f)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return nil, legally(chatNotFound())
	}
	return struct {
		*wireChat
		AccentColor int                 `json:"accent_color_id"`
		MaxReaction int                 `json:"max_reaction_count"`
		Gifts       map[string]struct{} `json:"accepted_gift_types"`
	}{wireChat: c.wire, MaxReaction: 11, Gifts: map[string]struct{}{}}, nil
}

func (s *Server) leaveChat(p *params) (any, *failure) {
	c, f := s.target(p)
	if f != nil {
		return nil, f
	}
	if c.id > 0 {
		return nil, bad("chat member status can't be changed in private chats")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.refusal(); f != nil {
		return nil, f
	}
	c.left = true
	return true, nil
}
