package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"mvkbot/storage/bolt"
)

// socketPath is where a running bot hands out copies of its database (SPEC §5).
func socketPath(store string) string { return store + ".sock" }

// listenSocket opens the socket, mode 0600. The database's lock is held by now,
// so a socket that is there is left over from a process that died.
func listenSocket(store string) (net.Listener, error) {
	path := socketPath(store)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	old := syscall.Umask(0o177) // from the first moment on nobody else may connect
	l, err := net.Listen("unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("listen for backups: %w", err)
	}
	return l, nil
}

// The protocol of the socket: the client sends «backup\n» and gets the copy,
// then its length and «ok», which tells a whole copy from a cut one.
const (
	backupRequest = "backup\n"
	backupTrailer = "\nmvkbot %d ok\n"
)

// serveSocket answers until ctx ends.
func serveSocket(ctx context.Context, l net.Listener, db *bolt.DB, log *slog.Logger) error {
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept on socket: %w", err)
		}
		go func() {
			defer conn.Close()
			if err := answerSocket(ctx, conn, db); err != nil {
				log.Error("backup over the socket", "err", err)
			}
		}()
	}
}

func answerSocket(ctx context.Context, conn net.Conn, db *bolt.DB) error {
	if err := conn.SetDeadline(time.Now().Add(time.Hour)); err != nil {
		return err
	}
	request, err := bufio.NewReader(io.LimitReader(conn, int64(len(backupRequest)))).ReadString('\n')
	if err != nil || request != backupRequest {
		return fmt.Errorf("unknown request of %d bytes", len(request))
	}
	n, err := db.Backup(ctx, conn)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, backupTrailer, n)
	return err
}
