package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
	"mvkbot/storage/directory"
)

// The identities of a measurement. They open nothing.
const (
	token  = "123456789:LOADloadLOADloadLOADloadLOADload0"
	secret = "6d766b6c6f61642073656372657420746861742070726f74656374732030203120"
)

// contract fills the directory, without which no bot starts.
const contract = "number;kind;flat;address;holder;status\n1234567890;квартира;12;Москва, ул. Лесная, д. 5, кв. 12;физлицо;действует\n"

// keptMessages bounds the history of a chat: more than a step and its answer.
const keptMessages = 10

// measure runs one measurement in a directory of its own.
func measure(ctx context.Context, o options) (r *report, err error) {
	dir, err := os.MkdirTemp("", "mvkload-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	tg := simulator.New(simulator.Options{Token: token, KeepMessages: keptMessages})
	defer tg.Close()
	api, err := serve(tg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = api.Close() }() // it holds nothing that could be lost
	b, err := newBot(ctx, o, dir, "http://"+api.Addr)
	if err != nil {
		return nil, err
	}
	if err := b.start(); err != nil {
		return nil, err
	}
	defer b.kill()
	if r, err = populate(ctx, o, tg, b); err != nil {
		return nil, b.explain(err)
	}
	if err := b.stop(); err != nil {
		return nil, b.explain(err)
	}
	r.bot, r.own = b.used, ownCPU()
	if r.complaints, err = b.complaints(); err != nil {
		return nil, err
	}
	for _, v := range tg.Violations() {
		r.fault("Telegram refused: " + v)
	}
	return r, r.inspect(ctx, filepath.Join(dir, "mvkbot.db"))
}

// serve listens on loopback; Addr is where.
func serve(h http.Handler) (*http.Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &http.Server{Addr: l.Addr().String(), Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }() // ends with Close
	return s, nil
}

// populate lets the residents walk for the measured time, killing the bot
// meanwhile if so wished, and then has each read back what the bot knows.
func populate(ctx context.Context, o options, tg *simulator.Server, b *bot) (*report, error) {
	residents := make([]*resident, o.residents)
	for i := range residents {
		residents[i] = newResident(tg, i, o)
	}
	first := residents[0] // proves that the bot is up and the dialog as expected
	if err := first.all(ctx, append(first.form(), first.leave()...)); err != nil {
		return nil, fmt.Errorf("%w: %q", err, first.faults)
	}
	first.took = nil
	began := time.Now()
	walking, stop := context.WithTimeout(ctx, o.duration)
	defer stop()
	var walks, readings sync.WaitGroup
	for _, r := range residents {
		walks.Go(func() { r.walk(ctx, walking) })
	}
	kills, err := b.killEvery(walking, o.kill)
	walks.Wait()
	if err != nil {
		return nil, err
	}
	result := newReport(o, residents, time.Since(began), kills)
	for _, r := range residents {
		readings.Go(func() { r.readBack(ctx) })
	}
	readings.Wait()
	result.collect(residents)
	return result, ctx.Err()
}

// inspect looks into the database that the bot left.
func (r *report) inspect(ctx context.Context, path string) (err error) {
	db, err := bolt.Open(ctx, path, bolt.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store, err := storage.Open(ctx, db, storage.Options{Secret: secretKey(), Now: time.Now})
	if err != nil {
		return err
	}
	found, err := store.Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range found.Faults {
		r.fault("database: " + f)
	}
	if n := found.Outbox; n > 0 {
		r.fault(fmt.Sprintf("outbox: %d records left", n))
	}
	if n := found.DeadLetters; n > 0 {
		r.fault(fmt.Sprintf("%d dead letters", n))
	}
	r.databaseBytes = db.Size()
	return nil
}

// writeDirectory imports the contract directory.
func writeDirectory(ctx context.Context, dir, path string) error {
	source := filepath.Join(dir, "contracts.csv")
	if err := os.WriteFile(source, []byte(contract), 0o600); err != nil {
		return err
	}
	_, err := directory.Import(ctx, path, source, directory.ImportOptions{Strict: true})
	return err
}
