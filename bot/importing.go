package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// Importer changes the contract directory by a file, or tells what that would
// change. What is wrong with the file is in the report; an error is a fault of
// this machine. What a check found is listed in files.
type Importer interface {
	Import(ctx context.Context, file string, work flows.RunImport) (r flows.ImportReport, lists []ImportList, err error)
}

// ImportList is a CSV file of what a check found.
type ImportList struct {
	Name string
	Data []byte
}

// runImport does the work of an import and tells its chat. Whatever goes wrong
// but a stop of the bot ends the work: who asked for it can ask again.
func (d *dispatcher) runImport(a *attempt, e *errand) error {
	report, lists, err := d.imported(a, *e.Import)
	if a.ctx.Err() != nil {
		return a.ctx.Err()
	}
	if err != nil {
		d.bot.Log.Error("import contracts", "chat", a.Chat, "err", err)
		report.Fault = "import.fault_other"
	}
	report.Applied, report.Extended, report.Trusted = e.Import.Apply, e.Import.Extend, e.Import.Trusted
	for n, list := range lists {
		if n < e.Sent {
			continue
		}
		if err := d.sendFile(a, list.Name, list.Data); err != nil {
			d.bot.Log.Error("send list of a check", "chat", a.Chat, "list", list.Name, "err", err)
		}
		e.Sent = n + 1
		if err := d.noteErrand(a, *e); err != nil {
			return err
		}
	}
	return d.tellTurn(a, flows.Turn{News: flows.ImportEnded, Import: report, Ref: flows.Ref{Serial: e.Import.Serial}})
}

// imported fetches the file and has it checked or applied, if who asked for that
// still may.
func (d *dispatcher) imported(a *attempt, work flows.RunImport) (r flows.ImportReport, lists []ImportList, err error) {
	if role, err := d.role(a); err != nil || role < flows.Administrator {
		r.Fault = "import.fault_rank"
		return r, nil, err
	}
	file, err := d.bot.Host.NewFetched()
	if err != nil {
		return r, nil, fmt.Errorf("keep the file: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	fault, err := d.download(a, work.File, file)
	if err := errors.Join(err, file.Close()); err != nil || fault != "" {
		r.Fault = fault
		return r, nil, err
	}
	return d.bot.Importer.Import(a.ctx, file.Name(), work)
}

// downloadTries is how often a file is asked for before the work is given up.
const downloadTries = 5

func (d *dispatcher) download(a *attempt, id string, to *os.File) (fault flows.Text, err error) {
	for range downloadTries {
		if _, err = to.Seek(0, 0); err == nil {
			err = to.Truncate(0)
		}
		if err != nil {
			return "", err
		}
		var e *telegram.Error
		switch _, err = d.bot.Telegram.Download(a.ctx, id, telegram.MaxDownload, to); {
		case err == nil:
			return "", nil
		case errors.Is(err, telegram.ErrTooLarge):
			return "import.fault_large", nil
		case errors.As(err, &e) && e.Kind == telegram.Refused:
			return "import.fault_gone", nil
		}
		d.bot.Log.Warn("fetch file", "chat", a.Chat, "err", err)
		if !a.again() {
			break
		}
	}
	return "", err
}
