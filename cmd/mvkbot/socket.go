package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"mvkbot/storage/bolt"
)

// socketPath is where a running bot hands out copies of its database (SPEC §5).
func socketPath(store string) string { return store + ".sock" }

// maxSocketPath is what every system takes (sun_path, less its end mark).
const maxSocketPath = 103

// socketPatience is how long the other side of the socket may be silent. A copy
// that stands still holds a reader of the database open.
const socketPatience = 10 * time.Second

// listenSocket opens the socket, mode 0600. The database's lock is held by now,
// so a socket that is there is left over from a process that died.
func listenSocket(store string) (net.Listener, error) {
	path := socketPath(store)
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("%s: the path of the socket beside the database is longer than %d bytes; move the database", path, maxSocketPath)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	old := syscall.Umask(0o177) // from the first moment on nobody else may connect
	l, err := net.Listen("unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("listen for backups: %w", err)
	}
	return l, nil
}

// backupRequest is what a client sends. It gets the copy in frames, each a
// length of four bytes, big-endian, and so many bytes; the last one is empty.
// Without that one the copy is not whole.
const backupRequest = "backup\n"

// serveSocket answers one client after the other until ctx ends, and closes the
// listener. It survives whatever a client or the system does.
func serveSocket(ctx context.Context, l net.Listener, db *bolt.DB, log *slog.Logger) {
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		conn, err := l.Accept()
		if err == nil {
			err = answerSocket(ctx, conn, db)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			log.Warn("copy of the database over the socket", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond): // the next accept may fail alike
			}
		}
	}
}

// answerSocket serves one client. One that hangs up without a word only wanted
// to know whether somebody is here.
func answerSocket(ctx context.Context, conn net.Conn, db *bolt.DB) error {
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := conn.SetReadDeadline(time.Now().Add(socketPatience)); err != nil {
		return err
	}
	request := make([]byte, len(backupRequest))
	switch n, err := io.ReadFull(conn, request); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil || string(request) != backupRequest:
		return fmt.Errorf("unknown request of %d bytes", n)
	}
	out := frames{conn}
	if _, err := db.Backup(ctx, out); err != nil {
		return err
	}
	_, err := out.Write(nil)
	return err
}

// frames writes each piece as a frame, and bounds how long that may take.
type frames struct{ conn net.Conn }

func (f frames) Write(p []byte) (int, error) {
	if err := f.conn.SetWriteDeadline(time.Now().Add(socketPatience)); err != nil {
		return 0, err
	}
	length := binary.BigEndian.AppendUint32(nil, uint32(len(p)))
	n, err := (&net.Buffers{length, p}).WriteTo(f.conn)
	return max(0, int(n)-len(length)), err
}

// errBrokenOff is the end of a copy without its last frame.
var errBrokenOff = errors.New("the running bot broke the copy off; its log says why")

// fetchBackup asks a bot for a copy and writes it to w.
func fetchBackup(conn net.Conn, w io.Writer) error {
	if _, err := io.WriteString(conn, backupRequest); err != nil {
		return err
	}
	for {
		var length [4]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return fmt.Errorf("%w (%w)", errBrokenOff, err)
		}
		n := int64(binary.BigEndian.Uint32(length[:]))
		if n == 0 {
			return nil
		}
		switch copied, err := io.CopyN(w, conn, n); {
		case copied < n && (err == nil || errors.Is(err, io.EOF)):
			return errBrokenOff
		case err != nil:
			return err
		}
	}
}
