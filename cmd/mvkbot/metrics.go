package main

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"mvkbot/bot"
	"mvkbot/flows"
	"mvkbot/storage"
)

// botMetrics are the measures of a running bot. No label names a person.
func botMetrics(b *bot.Bot, s *stores) *prometheus.Registry {
	r := newRegistry()
	stats := b.Stats()
	counter := func(name, help string, v *atomic.Uint64, labels prometheus.Labels) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: "mvkbot", Name: name, Help: help, ConstLabels: labels,
		}, func() float64 { return float64(v.Load()) }))
	}
	gauge := func(name, help string, labels prometheus.Labels, v func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mvkbot", Name: name, Help: help, ConstLabels: labels}, v))
	}
	counter("updates_total", "Updates taken from Telegram.", &stats.Updates, nil)
	counter("updates_undecodable_total", "Updates that could not be read.", &stats.Undecodable, nil)
	counter("updates_repeated_total", "Updates that had been taken into account before.", &stats.Repeated, nil)
	counter("turns_total", "Turns played.", &stats.Turns, nil)
	counter("turn_faults_total", "Turns given up with an apology.", &stats.Faults, nil)
	for _, ch := range []storage.Channel{storage.Telegram, storage.SMS, storage.Mail} {
		for outcome, name := range map[flows.Outcome]string{flows.Delivered: "delivered", flows.Unsent: "unsent", flows.Unknown: "unknown"} {
			counter("messages_total", "Messages by channel and how they ended.", &stats.Sent[ch][outcome],
				prometheus.Labels{"channel": ch.String(), "outcome": name})
		}
		gauge("messages_waiting", "Messages that wait to be sent.", prometheus.Labels{"channel": ch.String()}, func() float64 {
			_, waiting := b.Waiting()
			return float64(waiting[ch])
		})
	}
	gauge("turns_waiting", "Turns that wait for their chat.", nil, func() float64 { n, _ := b.Waiting(); return float64(n) })
	gauge("turn_seconds_total", "Time spent in turns, waiting for the commit included.", nil, func() float64 { return float64(stats.TurnTime.Load()) / 1e9 })
	gauge("database_bytes", "Size of the database.", nil, func() float64 { return float64(s.db.Size()) })
	gauge("database_commits_total", "Commits of the database.", nil, func() float64 { return float64(s.db.Stats().Commits) })
	gauge("contracts", "Rows of the contract directory.", nil, func() float64 { return float64(s.contracts.Info().Rows) })
	return r
}
