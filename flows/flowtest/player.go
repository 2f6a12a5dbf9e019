package flowtest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
)

// World keeps what outlives a turn. A test implements it with the real storage.
type World interface {
	// Turn runs a step of a chat as one transaction.
	Turn(chat int64, step func(flows.Conversation, flows.Ledger) (flows.Conversation, []flows.Effect, error)) ([]flows.Effect, error)
	// Due lists the chats whose deadline has come.
	Due(at time.Time) ([]int64, error)
	// AddContract puts a contract into the directory.
	AddContract(flows.Contract)
	// Now is told the time of the script.
	SetNow(time.Time)
}

// Player plays one script.
type Player struct {
	world     World
	texts     *text.Texts
	engine    *flows.Engine
	desk      Desk
	before    Before
	rules     flows.Rules
	key       []byte
	now       time.Time
	turns     int
	chat      int64
	chats     map[string]int64
	names     map[int64]string
	usernames map[int64]string
	asked     map[int64][]asked   // messages with buttons, the oldest first
	written   map[int64][]message // all messages of a chat, the oldest first
	messages  int
	last      map[string]string // codes by placeholder
	gateway   string
	held      []report // by a slow gateway
	waiting   []report // for the next minute of the SMS budget
	out       []string
	reported  []report          // to be played after the turn
	news      []flows.Tell      // to be played after the turn, or with «tell»
	late      bool              // news wait for «tell»
	log       []flows.AuditLine // of all turns
	exported  []byte            // the last file
	pressed   flows.Turn        // the last press
	crowds    int
	counting  flows.CountAudience // the last count that was asked for
	imports   []pendingImport     // that have not ended
}

// NewPlayer returns a player over an empty world.
func NewPlayer(world World, rules flows.Rules, texts *text.Texts) *Player {
	p := &Player{
		world: world, texts: texts, rules: rules, key: []byte("transcripts"), gateway: "up",
		chats: map[string]int64{}, names: map[int64]string{}, usernames: map[int64]string{},
		asked: map[int64][]asked{}, written: map[int64][]message{}, last: map[string]string{},
		now: time.Date(2026, 11, 22, 14, 5, 0, 0, rules.Location),
	}
	p.rebuild()
	p.as("resident")
	return p
}

// Before returns the step that plays a turn of a chat; a desk of staff comes
// before the dialogs by it.
type Before func(chat int64, t flows.Turn) (flows.StepFunc, error)

// Desk puts a desk before an engine.
type Desk func(*flows.Engine) Before

// WithDesk lets a desk of staff take turns before the dialogs do.
func (p *Player) WithDesk(d Desk) *Player {
	p.desk = d
	p.rebuild()
	return p
}

func (p *Player) rebuild() {
	p.engine = flows.New(p.rules, p.key, p.texts.Caption)
	p.before = func(int64, flows.Turn) (flows.StepFunc, error) { return p.engine.Step, nil }
	if p.desk != nil {
		p.before = p.desk(p.engine)
	}
}

func (p *Player) as(name string) {
	if _, ok := p.chats[name]; !ok {
		p.chats[name] = int64(101 + len(p.chats))
		p.names[p.chats[name]] = name
	}
	p.chat = p.chats[name]
}

// Play runs a script and returns it with the answers as they are now.
func (p *Player) Play(script string) (string, error) {
	lines := parse(script)
	for i := range lines {
		p.out = nil
		verb, rest := lines[i].command()
		if verb == "" {
			continue
		}
		do, ok := verbs[verb]
		if !ok {
			return "", badLine(i+1, lines[i], errors.New("unknown verb"))
		}
		if err := do(p, rest); err != nil {
			return "", badLine(i+1, lines[i], err)
		}
		lines[i].answers = p.out
	}
	return format(lines), nil
}

// inspect runs a turn that leaves the conversation as it is.
func (p *Player) inspect(see func(flows.Conversation, flows.Ledger)) error {
	return p.inspectAt(p.chat, see)
}

func (p *Player) inspectAt(chat int64, see func(flows.Conversation, flows.Ledger)) error {
	_, err := p.world.Turn(chat, func(c flows.Conversation, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
		see(c, l)
		return c, nil, nil
	})
	return err
}

// turn plays one turn and what its effects come back with.
func (p *Player) turn(chat int64, t flows.Turn) error {
	p.turns++
	t.At, t.Update, t.Username = p.now, int64(p.turns), p.usernames[chat]
	t.Entropy = sha256.Sum256(fmt.Appendf(nil, "turn %d", p.turns))
	p.world.SetNow(p.now)
	var log recorder
	var after flows.Conversation
	step, err := p.before(chat, t)
	if err != nil {
		return err
	}
	effects, err := p.world.Turn(chat, func(c flows.Conversation, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
		before := c
		log.Ledger, log.lines = l, nil
		next, effects, err := step(c, t, &log)
		if c != before {
			return next, effects, errors.New("step changed its input")
		}
		after = next
		return next, effects, err
	})
	if err != nil {
		return err
	}
	p.log = append(p.log, log.lines...)
	if err := p.showAll(chat, after, effects); err != nil {
		return err
	}
	reports := p.reported
	p.reported = nil
	if !p.late {
		if err := p.tell(""); err != nil {
			return err
		}
	}
	return p.handOver(reports)
}

// tell plays the news that wait, twice if so wished.
func (p *Player) tell(how string) error {
	news := p.news
	p.news = nil
	if how == "twice" {
		news = append(news[:len(news):len(news)], news...)
	}
	for _, n := range news {
		if err := p.turn(n.To, flows.Turn{Kind: flows.Told, News: n.News, Text: n.Value}); err != nil {
			return err
		}
	}
	return nil
}

// pass lets time go by up to a moment, waking what is due on the way.
func (p *Player) pass(until time.Time) error {
	for p.now.Before(until) {
		step := min(time.Minute, until.Sub(p.now))
		p.now = p.now.Add(step)
		if err := p.wake(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) wake() error {
	waiting := p.waiting
	p.waiting = nil
	if err := p.handOver(waiting); err != nil {
		return err
	}
	for round := 0; ; round++ {
		due, err := p.world.Due(p.now)
		if err != nil || len(due) == 0 {
			return err
		}
		if round > 10 {
			return errors.New("a deadline that waking does not move")
		}
		for _, chat := range due {
			if err := p.turn(chat, flows.Turn{Kind: flows.Woke}); err != nil {
				return err
			}
		}
	}
}
