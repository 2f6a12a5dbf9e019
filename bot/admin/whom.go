package admin

import (
	"strconv"
	"strings"

	"mvkbot/flows"
)

// whom finds the resident that the first word of a command names: a Telegram id,
// or «Л» and the number of an account (SPEC §3). It answers where there is none.
func (k *call) whom() (c flows.Conversation, rest string, ok bool) {
	word, rest := idWord(k.args)
	if n, _ := readID(word); n == 0 {
		k.refuse("desk.whom_usage", flows.Args{Value: k.name})
		return c, "", false
	}
	if !k.look(word) {
		return c, "", false
	}
	chat, known := k.chatOf(word)
	if known {
		c = k.chat(chat)
	}
	if c.State == "" {
		k.nameNobody(word)
		k.refuse("desk.nobody", flows.Args{Value: k.name})
		return c, "", false
	}
	k.subject = k.card(c).Subject
	k.nameSubject(idNote(c))
	k.c.Desk.Looked = chat
	return c, rest, true
}

// look counts a look at whom an id names, as any answer tells at least whether there
// is such a resident; it answers where there were too many. It counts nobody who was
// counted already: by the command, when it was asked about, or as the last one. The
// own chat is no look.
func (k *call) look(id string) bool {
	chat, known := k.chatOf(id)
	if n, _ := readID(id); n == 0 || k.lookup || k.confirmed || known && (chat == k.c.Desk.Looked || chat == k.c.Chat) {
		return true
	}
	return k.takeLookup()
}

// another reports whether a deed is on somebody else: what protects residents and
// their contacts protects them from each member of staff, too.
func (k *call) another(c flows.Conversation) bool {
	if c.Chat == k.c.Chat {
		k.refuse("desk.own_chat", flows.Args{})
		return false
	}
	return true
}

// idWord takes an id off a text: «Л 12» is the same as «Л12».
func idWord(text string) (word, rest string) {
	if word, rest = firstWord(text); word == "" || strings.Trim(word, "ЛлLl") != "" {
		return word, rest
	}
	number, rest := firstWord(rest)
	return word + number, rest
}

// chatOf reads an id; false when it is none or names no account.
func (k *call) chatOf(word string) (int64, bool) {
	n, account := readID(word)
	if account {
		n = k.l.Account(uint64(n)).Chat
	}
	return n, n != 0
}

// readID reads a Telegram id, or «Л» and the number of an account; 0 is neither.
func readID(word string) (n int64, account bool) {
	digits := strings.TrimLeft(word, "ЛлLl")
	n, err := strconv.ParseInt(digits, 10, 53)
	if err != nil || n <= 0 {
		return 0, false
	}
	return n, digits != word
}

// nameSubject notes whom a command is about. The number of an account is nobody's once
// that is deleted; a Telegram id is theirs for ever, and sealed with the rest.
func (k *call) nameSubject(id string) {
	if _, account := readID(id); account {
		k.note = id
		return
	}
	k.person = id
}

// nameNobody notes an id that is nobody's. A phone may have been taken for one: it is
// masked, as no deletion of an account would reach it there.
func (k *call) nameNobody(id string) {
	switch n, account := readID(id); {
	case account:
		k.note = flows.AccountNote(uint64(n))
	case n != 0:
		k.person = strconv.FormatInt(n, 10)
		if phone, fault := flows.ParsePhone(id); fault == "" {
			k.person = phone.Masked()
		}
	}
}

// idNote names a resident by the number of the account, or of the chat.
func idNote(c flows.Conversation) string {
	if c.Account != 0 {
		return flows.AccountNote(c.Account)
	}
	return strconv.FormatInt(c.Chat, 10)
}

func (k *call) card(c flows.Conversation) flows.Card { return k.Engine.Card(c, k.t.At, k.l) }

// serveResident does a deed on a resident and tells how it went.
func (k *call) serveResident(d flows.ResidentDeed, c flows.Conversation) {
	next, effects, answer, err := k.Engine.ServeResident(d, c, k.t, k.l)
	if err != nil {
		k.err = err
		return
	}
	k.saveChat(next)
	if len(effects) > 0 {
		k.out = append(k.out, flows.For{Chat: c.Chat, Effects: effects})
	}
	if !answer.Done {
		k.result = flows.Refusal + string(answer.Text)
	}
	if answer.Args.Value == "" {
		answer.Args.Value = idNote(c)
	}
	k.say(answer.Text, answer.Args, []flows.Button{cardButton(c.Chat)})
}

func cardButton(chat int64) flows.Button {
	return button("button.desk_card", cardOpened, int(chat))
}

// parseChannel reads the word for a contact.
func parseChannel(word string) (flows.Channel, bool) {
	switch strings.ToLower(word) {
	case "phone", "телефон", "тел":
		return flows.ByPhone, true
	case "email", "mail", "почта":
		return flows.ByEmail, true
	}
	return 0, false
}
