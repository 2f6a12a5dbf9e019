package simulator

import (
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// Limits of a list of commands (Bot API 10.1).
const (
	maxCommands    = 100
	maxCommandText = 256
)

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// commandKey names a list of commands. chat and user are 0 where the scope has none.
type commandKey struct {
	scope      string
	chat, user int64
	language   string
}

func (s *Server) setMyCommands(p *params) (any, *failure) {
	key, f := s.commandKey(p)
	if f != nil {
		return nil, f
	}
	list, f := readCommands(p.get("commands"))
	if f != nil {
		return nil, f
	}
	s.setMenu(key, list)
	return true, nil
}

func readCommands(raw string) ([]Command, *failure) {
	list := []Command{}
	if raw == "" {
		return list, nil
	}
	var items []json.RawMessage
	if !json.Valid([]byte(raw)) {
		return nil, bad("can't parse commands JSON object")
	}
	if json.Unmarshal([]byte(raw), &items) != nil || items == nil {
		return nil, bad("expected an Array of BotCommand")
	}
	for _, item := range items {
		var object map[string]any
		if json.Unmarshal(item, &object) != nil || object == nil {
			return nil, bad("can't parse BotCommand: expected an Object")
		}
		var c Command
		for name, into := range map[string]*string{"command": &c.Name, "description": &c.Description} {
			if reason := required(object, name, into); reason != "" {
				return nil, bad("can't parse BotCommand: " + reason)
			}
		}
		if c.Name != "" && c.Name[0] == '/' {
			c.Name = c.Name[1:]
		}
		if !commandName.MatchString(c.Name) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > maxCommandText {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
		list = append(list, c)
	}
	if len(list) > maxCommands {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	return list, nil
}

// commandKey reads scope and language_code.
func (s *Server) commandKey(p *params) (commandKey, *failure) {
	key := commandKey{scope: "default", language: p.get("language_code")}
	if len(key.language) != 0 && len(key.language) != 2 {
		return key, bad("invalid language code specified")
	}
	raw := p.get("scope")
	if raw == "" || raw == "null" {
		return key, nil
	}
	var scope struct {
		Type   string          `json:"type"`
		ChatID json.RawMessage `json:"chat_id"`
		UserID int64           `json:"user_id"`
	}
	if json.Unmarshal([]byte(raw), &scope) != nil {
		return key, bad("can't parse BotCommandScope JSON object")
	}
	key.scope = scope.Type
	switch scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return key, nil
	case "chat", "chat_administrators", "chat_member":
	case "":
		return key, bad("can't parse BotCommandScope: Can't find field \"type\"")
	default:
		return key, bad("can't parse BotCommandScope: Unsupported type specified")
	}
	id := string(scope.ChatID)
	if unquoted, err := strconv.Unquote(id); err == nil {
		id = unquoted
	}
	if id == "" {
		return key, bad("can't parse BotCommandScope: Can't find field \"chat_id\"")
	}
	key.chat, _ = strconv.ParseInt(id, 10, 64)
	if scope.Type == "chat_member" {
		if key.user = scope.UserID; key.user <= 0 {
			return key, bad("can't parse BotCommandScope: Invalid user_id specified")
		}
	}
	return key, s.knownChat(key.chat)
}

func (s *Server) knownChat(id int64) *failure {
	c := s.chat(id)
	if c == nil {
		return chatNotFound()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return legally(chatNotFound()) // who got a role need not have written yet
	}
	return nil
}

func (s *Server) getMyCommands(p *params) (any, *failure) {
	key, f := s.commandKey(p)
	if f != nil {
		return nil, f
	}
	s.profile.mu.Lock()
	defer s.profile.mu.Unlock()
	if list := s.profile.commands[key]; list != nil {
		return list, nil
	}
	return []Command{}, nil
}

func (s *Server) deleteMyCommands(p *params) (any, *failure) {
	key, f := s.commandKey(p)
	if f != nil {
		return nil, f
	}
	s.setMenu(key, nil)
	return true, nil
}

// setMenu sets or, with nil, takes away a list of commands, and tells whoever watches the
// chats that may show it.
func (s *Server) setMenu(key commandKey, list []Command) {
	s.profile.mu.Lock()
	if list == nil {
		delete(s.profile.commands, key)
	} else {
		s.profile.commands[key] = list
	}
	s.profile.mu.Unlock()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id, c := range s.chats {
		if key.chat == 0 || key.chat == id {
			c.mu.Lock()
			s.touch(c)
			c.mu.Unlock()
		}
	}
}

// Commands returns the command menu that the resident sees: of the narrowest scope
// that has one, first in the resident's language.
func (s *Server) Commands(user int64) []Command {
	u := s.user(user)
	if u == nil {
		return nil
	}
	language := u.LanguageCode[:min(2, len(u.LanguageCode))]
	s.profile.mu.Lock()
	defer s.profile.mu.Unlock()
	for _, key := range []commandKey{{scope: "chat", chat: user}, {scope: "all_private_chats"}, {scope: "default"}} {
		for _, key.language = range []string{language, ""} {
			if list := s.profile.commands[key]; len(list) > 0 {
				return list
			}
		}
	}
	return nil
}
