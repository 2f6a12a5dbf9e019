//go:build integration && long

package main

import "testing"

// Ensure TestBroadcastKilled for 10,000 accounts at Telegram's own rate. It takes
// eight minutes, nearly all of them of waiting:
//
//	go test -tags integration,long -run TestBroadcastKilledLong -timeout 20m -v ./cmd/mvkbot
func TestBroadcastKilledLong(t *testing.T) {
	w := newBulkRun(t, 10_000, 30)
	w.run()
	w.verify()
}
