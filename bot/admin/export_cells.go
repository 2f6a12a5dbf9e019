package admin

import (
	"fmt"
	"time"

	"mvkbot/bot/admin/sheet"
	"mvkbot/flows"
)

// stamp is a moment by the clock of the place, empty for none.
func (e *exporter) stamp(at int64) string {
	if at == 0 {
		return ""
	}
	return time.Unix(at, 0).In(e.Location).Format(sheet.Stamp)
}

func (e *exporter) name(name string) string {
	if e.Masked {
		return flows.MaskName(name)
	}
	return name
}

func (e *exporter) phone(p flows.Phone) string {
	if e.Masked {
		return p.Masked()
	}
	return string(p)
}

func (e *exporter) email(m flows.Email) string {
	if e.Masked {
		return m.Masked()
	}
	return string(m)
}

func digits[N int64 | uint64](n N) string { return fmt.Sprint(n) }

func unlessZero[N int64 | uint64](n N) string {
	if n == 0 {
		return ""
	}
	return digits(n)
}
