package main

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"mvkbot/bot"
	"mvkbot/flows"
	"mvkbot/storage"
)

// measures is a registry of mvkbot's own measures. No label names a person.
type measures struct{ *prometheus.Registry }

func (m measures) counter(name, help string, labels prometheus.Labels, v func() float64) {
	m.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "mvkbot", Name: name, Help: help, ConstLabels: labels}, v))
}

func (m measures) gauge(name, help string, labels prometheus.Labels, v func() float64) {
	m.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mvkbot", Name: name, Help: help, ConstLabels: labels}, v))
}

// botMetrics are the measures of a running bot.
func botMetrics(b *bot.Bot, s *stores) *prometheus.Registry {
	m := measures{newRegistry()}
	m.turns(b)
	m.messages(b)
	m.storage(s)
	return m.Registry
}

func (m measures) turns(b *bot.Bot) {
	stats := b.Stats()
	m.gauge("ready", "1 while the bot takes updates from Telegram, else 0.", nil, func() float64 {
		if b.Ready() != nil {
			return 0
		}
		return 1
	})
	m.counter("updates_total", "Updates taken from Telegram.", nil, load(&stats.Updates))
	m.counter("updates_undecodable_total", "Updates that could not be read and were left out.", nil, load(&stats.Undecodable))
	m.counter("updates_repeated_total", "Updates that came again and were not played again.", nil, load(&stats.Repeated))
	m.counter("turns_total", "Turns played.", nil, load(&stats.Turns))
	m.counter("turn_faults_total", "Turns given up with an apology.", nil, load(&stats.Faults))
	m.counter("turn_seconds_total", "Time spent in turns, waiting for the commit included.", nil, func() float64 { return float64(stats.TurnTime.Load()) / 1e9 })
	m.gauge("turns_waiting", "Turns that wait for their chat.", nil, func() float64 {
		n, _ := b.Waiting()
		return float64(n)
	})
}

// outcomeNames are the values of the label outcome.
var outcomeNames = map[flows.Outcome]string{flows.Delivered: "delivered", flows.Unsent: "unsent", flows.Unknown: "unknown", flows.Refused: "refused"}

func (m measures) messages(b *bot.Bot) {
	for _, ch := range []storage.Channel{storage.Telegram, storage.SMS, storage.Mail} {
		for outcome, name := range outcomeNames {
			m.counter("messages_total", "Messages by channel and how they ended.",
				prometheus.Labels{"channel": ch.String(), "outcome": name}, load(&b.Stats().Sent[ch][outcome]))
		}
		m.gauge("messages_waiting", "Messages that wait to be sent.", prometheus.Labels{"channel": ch.String()}, func() float64 {
			_, waiting := b.Waiting()
			return float64(waiting[ch])
		})
	}
}

func (m measures) storage(s *stores) {
	m.gauge("database_size_bytes", "Size of the database, free pages included.", nil, func() float64 { return float64(s.db.Size()) })
	m.counter("database_commits_total", "Transactions made durable.", nil, func() float64 { return float64(s.db.Stats().Commits) })
	m.counter("database_commit_seconds_total", "Time spent writing and syncing them.", nil, func() float64 { return s.db.Stats().CommitTime.Seconds() })
	m.gauge("contracts", "Contracts in the directory.", nil, func() float64 { return float64(s.contracts.Info().Rows) })
	m.gauge("contracts_imported_timestamp_seconds", "When the directory was imported; 0 before the first import.", nil, func() float64 {
		if at := s.contracts.Info().Imported; !at.IsZero() {
			return float64(at.UnixMilli()) / 1e3
		}
		return 0
	})
}

func load(v *atomic.Uint64) func() float64 { return func() float64 { return float64(v.Load()) } }
