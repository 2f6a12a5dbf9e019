package bot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// What a flooder sends beyond these bounds is committed as dropped, with one
// notice: neither the updates nor the answers of one chat may pile up.
const (
	maxWaiting = 64 // updates of one chat that wait to be played
	maxUnsent  = 20 // messages to one chat that wait to be sent
)

// job is one turn that waits in its chat's line.
type job struct {
	turn     flows.Turn
	update   int64  // 0 for a turn of our own
	callback string // id of a pressed button, to be answered
	dropped  bool   // beyond the bounds, and not the first such
	record   uint64 // outbox record that ends with this turn
	deadline storage.Deadline
	batch    *batch // the update came with, nil for a turn of our own
	done     func(error)
}

// batch is what came with one answer of Telegram.
type batch struct {
	playing sync.WaitGroup
	mu      sync.Mutex
	failed  map[int64]error // by chat
}

// broken tells why an earlier update of the chat was not committed: it comes
// again, and those behind it must not overtake it.
func (b *batch) broken(chat int64) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed[chat]
}

func (b *batch) end(chat int64, err error) {
	if err != nil {
		b.mu.Lock()
		b.failed[chat] = err
		b.mu.Unlock()
	}
	b.playing.Done()
}

// wait returns what kept updates of the batch from being committed.
func (b *batch) wait() error {
	b.playing.Wait()
	return errors.Join(slices.Collect(maps.Values(b.failed))...)
}

// handle takes a batch of updates. It returns once all of them are committed:
// only then may Telegram forget them.
func (b *Bot) handle(ctx context.Context, updates []telegram.Update) error {
	for chat := range b.noticed {
		if b.in.waitingOf(chat) == 0 && b.unsent(chat) == 0 {
			delete(b.noticed, chat)
		}
	}
	together := &batch{failed: map[int64]error{}}
	for _, u := range updates {
		j, ok := b.read(u)
		if !ok {
			continue
		}
		together.playing.Add(1)
		j.batch = together
		j.done = func(err error) { together.end(u.Chat, err) }
		unsent := b.unsent(u.Chat)
		if unsent >= maxUnsent && b.serves(ctx, u.Chat) {
			unsent = 0 // staff are sent what others write: that is no flood of theirs
		}
		b.in.add(u.Chat, func(waiting int) job {
			if waiting >= maxWaiting || unsent >= maxUnsent {
				j.dropped = b.noticed[u.Chat]
				j.turn = flows.Turn{Kind: flows.Overflown, Username: u.Username}
				b.noticed[u.Chat] = true
			}
			return j
		})
	}
	return together.wait()
}

// serves reports whether a chat is that of somebody of the staff.
func (b *Bot) serves(ctx context.Context, chat int64) bool {
	crew, err := b.crew(ctx)
	return err == nil && b.Engine.Rules().Role(crew, chat) != flows.NoRole
}

// unsent is how many messages to a chat wait to be sent.
func (b *Bot) unsent(chat int64) int { return b.out.lines[storage.Telegram].waitingOf(chat) }

// read turns an update into a job. Only private chats are served, and a button
// counts only for the resident whose chat it stands in.
func (b *Bot) read(u telegram.Update) (job, bool) {
	b.stats.Updates.Add(1)
	if u.Kind == telegram.KindUndecodable {
		b.stats.Undecodable.Add(1)
		b.Log.Error("undecodable update is left out", "update", u.ID)
		return job{}, false
	}
	if !u.Private || u.Chat != u.From {
		if u.Kind == telegram.KindCallback {
			b.answer(u.Callback.ID, "")
		}
		b.leave(u)
		return job{}, false
	}
	j := job{update: u.ID}
	switch u.Kind {
	case telegram.KindText:
		j.turn = flows.Turn{Kind: flows.Said, Text: u.Text}
	case telegram.KindContact:
		j.turn = flows.Turn{Kind: flows.Shared, Text: u.Contact.Phone, Own: u.Contact.UserID == u.From && !u.Forwarded}
	case telegram.KindCallback:
		j.turn = readButton(u.Callback.Data)
		j.callback = u.Callback.ID
	case telegram.KindMember:
		return job{}, false
	case telegram.KindEdited:
		j.turn = flows.Turn{Kind: flows.Edited, Text: cmp.Or(u.Text, u.Caption), File: fileOf(u)}
	default:
		j.turn = flows.Turn{Kind: flows.Sent, Text: u.Caption, File: fileOf(u)}
	}
	j.turn.Message, j.turn.ReplyTo = u.MessageID, u.ReplyTo
	j.turn.Username, j.turn.Forwarded, j.turn.Album = u.Username, u.Forwarded, u.Album
	return j, true
}

// fileOf is what an update brings that can be passed on by its id.
func fileOf(u telegram.Update) flows.File {
	kind := u.Kind
	if kind == telegram.KindEdited {
		kind = u.Content
	}
	switch kind {
	case telegram.KindPhoto:
		return flows.File{Kind: flows.PhotoFile, ID: u.FileID}
	case telegram.KindDocument:
		return flows.File{Kind: flows.DocumentFile, ID: u.FileID, Name: u.FileName}
	}
	return flows.File{}
}

// leave takes the bot out of a group that it was put into.
func (b *Bot) leave(u telegram.Update) {
	if u.Chat == 0 || u.Private || u.Kind == telegram.KindMember && u.Status != "member" && u.Status != "administrator" {
		return
	}
	b.aside(telegram.Call{Method: "leaveChat", Params: map[string]string{"chat_id": itoa(u.Chat)}})
}

// work plays the turn of a job. A stop of the bot does not cut it off: Run waits for
// it.
func (b *Bot) work(chat int64, j job) {
	err := j.batch.broken(chat)
	if err == nil {
		err = b.play(context.Background(), chat, j)
	}
	if errors.Is(err, storage.ErrUnknownOutcome) {
		b.fatal(err)
	}
	j.done(err)
}
