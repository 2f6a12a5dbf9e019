package bot

import (
	"context"
	"os"
	"runtime/debug"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/storage"
)

// Host is what the bot runs on, as whoever opened its files knows it. It is safe
// for concurrent use.
type Host interface {
	// Database tells about the file of the database and its disk.
	Database() admin.DatabaseHealth
	// Directory tells about the contract directory in use.
	Directory() admin.DirectoryHealth
	// Backup writes a verified copy of the database beside it, under a name, and
	// returns its path and size. A file that has the name is such a copy: it is
	// returned as it is. What an earlier try left unfinished is removed.
	Backup(ctx context.Context, name string) (path string, size int64, err error)
	// NewFetched makes a file beside the database for what is fetched from a chat:
	// private, and to be removed by who asked for it.
	NewFetched() (*os.File, error)
	// RemoveFetched removes such files that an earlier process was killed over.
	RemoveFetched() error
}

// Health implements admin.Monitor.
func (b *Bot) Health() admin.Health {
	now := b.Now()
	poll := b.Telegram.Health()
	turns, waiting := b.Waiting()
	h := admin.Health{
		Version: version(), Since: b.started, Poll: poll.State.String(), PollSince: b.started, Gateways: b.out.gatewayHealth(),
		Turns: turns, Faults: b.stats.Faults.Load(), Database: b.Host.Database(), Directory: b.Host.Directory(),
	}
	if !poll.Since.IsZero() {
		h.PollSince = now.Add(-time.Since(poll.Since)) // by the bot's clock
	}
	for _, ch := range []storage.Channel{storage.Telegram, storage.SMS, storage.Mail, storage.Inner} {
		h.Queues = append(h.Queues, admin.QueueHealth{Channel: ch.String(), Waiting: waiting[ch]})
	}
	return h
}

// version is what the program was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "?"
}
