package main

import (
	"context"
	"fmt"
	"strings"

	"mvkbot/bot/simulator"
	"mvkbot/bot/simulator/demo"
)

// sceneAct is one thing that somebody of the page does, and a word of the bot's
// answer, which is waited for.
type sceneAct struct {
	user       int64
	press, say string
	answer     string
}

// scene is what happens before anybody touches the page: staff press Start, and
// two residents write to the support, so that its desk has something to do.
func scene() []sceneAct {
	people := demo.Settled()
	olga, sergei := people[0].ID, people[1].ID
	return []sceneAct{
		{user: demo.Operator, say: "/admin", answer: "Памятка"},
		{user: demo.Administrator, say: "/admin", answer: "Памятка"},
		{user: olga, say: "/start", answer: "Главное меню"},
		{user: olga, press: "Поддержка", answer: "Поддержка"},
		{user: olga, say: "Здравствуйте! За октябрь пришло два начисления по одному счётчику. Посмотрите, пожалуйста.", answer: "обращение"},
		{user: sergei, say: "/start", answer: "Главное меню"},
		{user: sergei, press: "Поддержка", answer: "Поддержка"},
		{user: sergei, say: "Добрый день, с утра нет холодной воды, дом 60/2. Когда дадут?", answer: "обращение"},
	}
}

// playScene plays the scene; it ends with ctx.
func playScene(ctx context.Context, sim *simulator.Server) error {
	for _, a := range scene() {
		if err := a.play(ctx, sim); err != nil {
			return fmt.Errorf("scene of %d: %w", a.user, err)
		}
	}
	return nil
}

func (a sceneAct) play(ctx context.Context, sim *simulator.Server) error {
	seen := len(sim.Chat(a.user))
	var err error
	if a.press != "" {
		_, err = sim.PressCaption(a.user, a.press)
	} else {
		_, err = sim.Say(a.user, a.say)
	}
	if err != nil {
		return err
	}
	return sim.WaitFor(ctx, a.user, func(all []simulator.Message) bool {
		for _, m := range all[min(seen, len(all)):] {
			if m.FromBot && strings.Contains(strings.ToLower(m.Text), strings.ToLower(a.answer)) {
				return true
			}
		}
		return false
	})
}
