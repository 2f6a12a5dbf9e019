package bot

import (
	"context"
	"errors"
	"sync"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// maxWaiting is how many updates of one chat may wait; what a flooder sends
// beyond is committed as dropped, with one notice.
const maxWaiting = 64

// job is one turn that waits in its chat's line.
type job struct {
	turn     flows.Turn
	update   int64  // 0 for a turn of our own
	callback string // id of a pressed button, to be answered
	dropped  bool   // beyond maxWaiting, and not the first such
	record   uint64 // outbox record that ends with this turn
	done     func(error)
}

// handle takes a batch of updates. It returns once all of them are committed:
// only then may Telegram forget them.
func (b *Bot) handle(ctx context.Context, batch []telegram.Update) error {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	for _, u := range batch {
		j, ok := b.read(u)
		if !ok {
			continue
		}
		wg.Add(1)
		j.done = func(err error) {
			if err != nil {
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
			wg.Done()
		}
		b.in.add(u.Chat, func(waiting, peak int) job {
			if waiting >= maxWaiting {
				j.dropped = peak > maxWaiting // the notice is out
				j.turn = flows.Turn{Kind: flows.Overflown}
			}
			return j
		})
	}
	wg.Wait()
	return failed
}

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
		j.turn.Message = u.MessageID
		j.callback = u.Callback.ID
	case telegram.KindMember, telegram.KindEdited:
		return job{}, false
	default:
		j.turn = flows.Turn{Kind: flows.Sent}
	}
	return j, true
}

// leave takes the bot out of a group that it was put into.
func (b *Bot) leave(u telegram.Update) {
	if u.Chat == 0 || u.Private || u.Kind == telegram.KindMember && u.Status != "member" && u.Status != "administrator" {
		return
	}
	b.aside(telegram.Call{Method: "leaveChat", Params: map[string]string{"chat_id": itoa(u.Chat)}})
}

// aside makes a call that nothing depends on and nobody waits for; it ends with
// the sends of a stopping bot.
func (b *Bot) aside(call telegram.Call) {
	ctx := b.out.ctx
	b.answering.Go(func() {
		b.answers <- struct{}{}
		defer func() { <-b.answers }()
		if _, err := b.Telegram.Do(ctx, call); err != nil {
			b.Log.Debug("call aside", "method", call.Method, "err", err)
		}
	})
}

// work plays the turn of a job.
func (b *Bot) work(chat int64, j job) {
	err := b.play(context.Background(), chat, j)
	if errors.Is(err, storage.ErrUnknownOutcome) {
		b.fatal(err)
	}
	j.done(err)
}
