package bot

import (
	"context"
	"errors"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// everybody are the commands that Telegram shows to all.
var everybody = []admin.MenuLine{
	{Name: "start", Help: "command.start"}, {Name: "help", Help: "command.help"}, {Name: "cancel", Help: "command.cancel"},
	{Name: "privacy", Help: "command.privacy"},
}

// setMenus sets the commands that Telegram shows: to everybody, and to each
// member of staff those of the role. They are set anew at every start, since
// the program may know others than the one before.
func (b *Bot) setMenus(ctx context.Context) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := b.setAllMenus(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		b.Log.Warn("set commands", "err", err)
		if !b.sleep(ctx, wait) {
			return
		}
	}
}

func (b *Bot) setAllMenus(ctx context.Context) error {
	if err := b.setMenu(ctx, 0, flows.NoRole); err != nil {
		return err
	}
	crew, err := b.crew(ctx)
	if err != nil {
		return err
	}
	for _, m := range b.Engine.Rules().Staff(crew) {
		if err := b.setMenu(ctx, m.Chat, m.Role); err != nil {
			return err
		}
	}
	return nil
}

// crew is the staff outside a transaction.
func (b *Bot) crew(ctx context.Context) (admin.Roster, error) {
	list, err := b.Store.Staff(ctx)
	return admin.Roster(list), err
}

// setMenu sets the commands of one person, or those of everybody when chat is 0.
// Whoever never wrote has no menu that could be set: it comes with the first
// words (flows.Menu).
func (b *Bot) setMenu(ctx context.Context, chat int64, role flows.Role) error {
	if chat != 0 {
		if c, err := b.Store.Conversation(ctx, chat); err != nil || !c.Met() {
			return err
		}
	}
	var commands []telegram.Command
	if chat == 0 || role != flows.NoRole {
		for _, line := range append(everybody[:len(everybody):len(everybody)], b.Desk.Menu(role)...) {
			commands = append(commands, telegram.Command{Name: line.Name, Description: b.Texts.Caption(line.Help, flows.Args{})})
		}
	}
	err := b.Telegram.SetCommands(ctx, chat, commands)
	var e *telegram.Error
	if chat != 0 && errors.As(err, &e) && (e.Kind == telegram.Gone || e.Kind == telegram.Refused) {
		b.Log.Info("menu not set", "chat", chat, "err", err)
		return nil
	}
	return err
}
