package bot

import (
	"context"
	"slices"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// LowDisk is how many bytes must be left on the disk of the database: with fewer the
// bot is in danger, and administrators are told.
const LowDisk = 1 << 30

const (
	watchEvery = 15 * time.Second

	roomyDisk = LowDisk * 5 / 4 // the end of the danger: it must not come and go with every write

	conflictTime = time.Minute      // a shorter conflict is a restart of the other program
	clockJump    = time.Minute      // between two looks
	clockSteady  = time.Hour        // without a jump
	farAhead     = 10 * time.Minute // a record of the future
	faultless    = 2 * wakeAgain    // what faults whenever it is woken has not ended between
)

// watch looks at the bot from time to time and tells administrators of troubles
// that nothing else notices, each once until it is over. It is of one goroutine.
type watch struct {
	bot     *Bot
	polling func() telegram.State

	newest   time.Time     // record that the bot found at its start
	wall     time.Time     // at the last look
	steady   time.Duration // at the last look, by a clock that never jumps
	jumped   time.Duration // when the clocks last disagreed, or the start
	faults   uint64        // counted at the last look
	faultAt  time.Duration // when there were more than before, or the start
	hears    flows.Role    // the highest of those who can be written to
	conflict struct {
		on          bool
		first, last time.Duration // look that saw it
	}
}

// begin takes the clocks of the start, before the bot writes anything, and what
// an earlier process told: a conflict is not over because we poll anew.
func (w *watch) begin(ctx context.Context, told []flows.Alarm) error {
	newest, err := w.bot.Store.Newest(ctx)
	w.newest, w.wall, w.steady = time.Unix(newest, 0), w.bot.Now(), w.bot.steady()
	w.jumped, w.faultAt = w.steady, w.steady
	w.conflict.on = slices.ContainsFunc(told, func(a flows.Alarm) bool { return a.Name == flows.AlarmConflict })
	w.conflict.first, w.conflict.last = w.steady, w.steady
	if err != nil {
		return err
	}
	return w.warnOfDeafness(ctx)
}

// warnOfDeafness logs that nobody will hear of a trouble.
func (w *watch) warnOfDeafness(ctx context.Context) error {
	staff, err := w.bot.Store.Staff(ctx)
	if err != nil {
		return err
	}
	all := w.bot.Engine.Rules().Staff(admin.Roster(staff))
	switch {
	case !slices.ContainsFunc(all, func(m flows.Member) bool { return m.Role == flows.Administrator }):
		w.bot.Log.Warn("there is no administrator: alerts reach nobody, and nobody can grant a role; set MVKBOT_ADMINS")
	case w.hearer(ctx) < flows.Administrator:
		w.bot.Log.Warn("no administrator has pressed Start yet: alerts reach nobody")
	}
	return nil
}

func (w *watch) run(ctx context.Context) error {
	for {
		w.look(ctx)
		if !w.bot.nextLook(ctx) {
			return nil
		}
	}
}

// look judges every trouble once.
func (w *watch) look(ctx context.Context) {
	list, err := w.bot.Store.Alarms(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.bot.Log.Error("look for troubles", "err", err)
		}
		return
	}
	told := map[flows.AlarmName]bool{}
	for _, a := range list {
		told[a.Name] = true
	}
	w.hears = w.hearer(ctx)
	at := w.bot.steady()
	w.lookAtClock(told, at)
	w.lookAtDisk(told)
	w.lookAtPolling(told, at)
	w.lookAtFaults(told, at)
	w.lookAtLetters(ctx, told)
	w.lookAtTickets(ctx, told)
	w.lookAtDay(told, list)
}

// tell tells of a trouble that is not told yet, or of the end of one that is.
func (w *watch) tell(told map[flows.AlarmName]bool, name flows.AlarmName, on bool, a flows.Args) {
	if told[name] != on && (!on || w.hears >= alarms[name].role) {
		w.bot.out.tell(name, on, a)
	}
}

// hearer is the highest role of who ever wrote to the bot: what is told before
// that nobody hears, and it is told once.
func (w *watch) hearer(ctx context.Context) (highest flows.Role) {
	staff, err := w.bot.Store.Staff(ctx)
	if err != nil {
		return flows.Administrator
	}
	for _, m := range w.bot.Engine.Rules().Staff(admin.Roster(staff)) {
		if m.Role <= highest {
			continue
		}
		if c, err := w.bot.Store.Conversation(ctx, m.Chat); err != nil || c.Met() {
			highest = m.Role
		}
	}
	return highest
}

func (w *watch) lookAtClock(told map[flows.AlarmName]bool, at time.Duration) {
	now := w.bot.Now()
	// Without Round the difference would be that of the steady clock.
	jump := now.Round(0).Sub(w.wall.Round(0)) - (at - w.steady)
	w.wall, w.steady = now, at
	if jump.Abs() > clockJump {
		w.jumped = at
		w.bot.Log.Error("clock jumped", "by", jump)
		w.tell(told, flows.AlarmClock, true, flows.Args{Wait: jump.Abs(), Hint: jump > 0})
	} else if at-w.jumped >= clockSteady {
		w.tell(told, flows.AlarmClock, false, flows.Args{})
	}
	switch ahead := w.newest.Sub(now); {
	case ahead > farAhead:
		w.tell(told, flows.AlarmPast, true, flows.Args{Until: w.newest})
	case ahead <= 0:
		w.tell(told, flows.AlarmPast, false, flows.Args{})
	}
}

func (w *watch) lookAtDisk(told map[flows.AlarmName]bool) {
	free := w.bot.Host.Database().Free
	args := flows.Args{Desk: free}
	switch {
	case free < 0: // nobody knows
	case free < LowDisk:
		w.tell(told, flows.AlarmDisk, true, args)
	case free >= roomyDisk:
		w.tell(told, flows.AlarmDisk, false, args)
	}
}

// lookAtPolling looks for another program that polls: between two of its polls
// ours may work for a moment, which does not end the conflict.
func (w *watch) lookAtPolling(told map[flows.AlarmName]bool, at time.Duration) {
	c := &w.conflict
	switch w.polling() {
	case telegram.Conflicted:
		if !c.on {
			c.on, c.first = true, at
		}
		c.last = at
		if at-c.first > conflictTime {
			w.tell(told, flows.AlarmConflict, true, flows.Args{})
		}
	case telegram.Polling:
		if c.on && at-c.last <= conflictTime {
			return
		}
		c.on = false
		w.tell(told, flows.AlarmConflict, false, flows.Args{})
	}
}

func (w *watch) lookAtFaults(told map[flows.AlarmName]bool, at time.Duration) {
	if n := w.bot.stats.Faults.Load(); n != w.faults {
		w.faults, w.faultAt = n, at
	}
	if at-w.faultAt >= faultless {
		w.tell(told, flows.AlarmFaults, false, flows.Args{Wait: faultless})
	}
}

// lookAtLetters notes when none is left. That there are some is told by the
// first that dies.
func (w *watch) lookAtLetters(ctx context.Context, told map[flows.AlarmName]bool) {
	if !told[flows.AlarmDeadLetters] {
		return
	}
	_, left, err := w.bot.Store.DeadLetterPage(ctx, 0, 0)
	if err != nil {
		w.bot.Log.Error("count dead letters", "err", err)
		return
	}
	if left == 0 {
		w.tell(told, flows.AlarmDeadLetters, false, flows.Args{})
	}
}

// lookAtDay ends the alarm of a day that is over. It is raised with an SMS, and so
// it would last until the first one of another day.
func (w *watch) lookAtDay(told map[flows.AlarmName]bool, list []flows.Alarm) {
	place := w.bot.Engine.Rules().Location
	today := flows.DayOf(w.bot.Now().In(place))
	for _, a := range list {
		if a.Name == flows.AlarmDay && flows.DayOf(time.Unix(a.Since, 0).In(place)) < today {
			w.tell(told, flows.AlarmDay, false, flows.Args{})
		}
	}
}

// lookAtTickets tells of a resident who waits so long that the queue calls it late.
func (w *watch) lookAtTickets(ctx context.Context, told map[flows.AlarmName]bool) {
	queue, err := w.bot.Store.Queue(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.bot.Log.Error("look at the tickets", "err", err)
		}
		return
	}
	late := !queue.Oldest.IsZero() && w.bot.Now().Sub(queue.Oldest) >= admin.WaitsLate
	w.tell(told, flows.AlarmTickets, late, flows.Args{N: queue.Open, Until: queue.Oldest})
}
