package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// tryAdministrators finds out whether anybody would hear an alert: Telegram lets
// a bot write only to whoever pressed Start.
func tryAdministrators(ctx context.Context, a *app) (string, error) {
	granted, known := a.granted(ctx)
	var all, deaf []string
	for _, m := range (&flows.Rules{Admins: a.cfg.Admins}).Staff(admin.Roster(granted)) {
		if m.Role != flows.Administrator {
			continue
		}
		id := strconv.FormatInt(m.Chat, 10)
		met, err := a.hasMet(ctx, id)
		if err != nil {
			return "", err
		}
		if all = append(all, id); !met {
			deaf = append(deaf, id)
		}
	}
	switch {
	case len(all) == 0 && known:
		return "", remark("there are none: alerts reach nobody, and nobody can grant a role; set MVKBOT_ADMINS")
	case len(all) == 0:
		return "", remark("MVKBOT_ADMINS names none, and whether the role was granted to anybody cannot be read now: /staff in the chat tells")
	case len(deaf) == len(all):
		return "", remark(strings.Join(deaf, ", ") + " never pressed Start in the bot's chat: alerts reach nobody")
	case len(deaf) > 0:
		return "", remark(strings.Join(deaf, ", ") + " never pressed Start in the bot's chat: alerts reach only the others")
	}
	return fmt.Sprintf("%d, and a message can reach each", len(all)), nil
}

// granted reads who was granted a role, if the database can be read: why it
// cannot be is told where the database is tried.
func (a *app) granted(ctx context.Context) (list []flows.Member, known bool) {
	if a.cfg.Key == "" || a.cfg.Store == "" {
		return nil, false
	}
	unlock, err := a.lockDatabase()
	if err != nil {
		return nil, errors.Is(err, errNoDatabase)
	}
	if unlock() != nil {
		return nil, false
	}
	db, store, err := a.openStore(ctx, nil)
	if err != nil {
		return nil, false
	}
	list, err = store.Staff(ctx)
	return list, errors.Join(err, db.Close()) == nil
}

// hasMet asks Telegram whether a user ever wrote to the bot.
func (a *app) hasMet(ctx context.Context, id string) (bool, error) {
	if a.cfg.Token == "" || a.cfg.API == "" {
		return false, errNotSet
	}
	client, err := telegram.New(telegram.Options{API: a.cfg.API, Token: string(a.cfg.Token), Log: a.log})
	if err != nil {
		return false, err
	}
	_, err = client.Do(ctx, telegram.Call{Method: "getChat", Params: map[string]string{"chat_id": id}})
	var e *telegram.Error
	switch {
	case err == nil:
		return true, nil
	case errors.As(err, &e) && e.Kind == telegram.Gone:
		return false, nil
	}
	return false, fmt.Errorf("no answer from Telegram: %s", plain(err))
}
