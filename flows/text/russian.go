package text

import (
	"fmt"
	"strings"
	"time"
)

// plural chooses among the three Russian forms: 1 попытка, 2 попытки, 5 попыток.
func plural(n int, one, few, many string) string {
	form := many
	switch n10, n100 := n%10, n%100; {
	case n10 == 1 && n100 != 11:
		form = one
	case n10 >= 2 && n10 <= 4 && (n100 < 12 || n100 > 14):
		form = few
	}
	return fmt.Sprintf("%d %s", n, form)
}

func sum(terms ...int) (n int) {
	for _, t := range terms {
		n += t
	}
	return n
}

// duration names a span as what follows «через»: «59 секунд», «2 минуты».
// Minutes and hours are rounded up: nobody comes back too early.
func duration(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d < time.Minute:
		return plural(up(time.Second), "секунду", "секунды", "секунд")
	case d < time.Hour:
		return plural(up(time.Minute), "минуту", "минуты", "минут")
	case d < 48*time.Hour:
		return plural(up(time.Hour), "час", "часа", "часов")
	}
	return plural(up(24*time.Hour), "день", "дня", "дней")
}

// age names a span that has passed, rounded down: «1 минуту», «3 часа».
func age(d time.Duration) string {
	switch {
	case d < time.Hour:
		return plural(max(1, int(d/time.Minute)), "минуту", "минуты", "минут")
	case d < 48*time.Hour:
		return plural(int(d/time.Hour), "час", "часа", "часов")
	}
	return plural(int(d/(24*time.Hour)), "день", "дня", "дней")
}

// size names a number of bytes with one digit behind the comma: «12,3 МБ». What
// is no such number is empty.
func size(v any) string {
	bytes, ok := v.(int64)
	if !ok {
		return ""
	}
	units := [...]string{"Б", "КБ", "МБ", "ГБ", "ТБ"}
	n, unit := float64(bytes), 0
	for ; n >= 1024 && unit < len(units)-1; unit++ {
		n /= 1024
	}
	if unit == 0 {
		return fmt.Sprintf("%d Б", bytes)
	}
	return strings.Replace(fmt.Sprintf("%.1f %s", n, units[unit]), ".", ",", 1)
}

// within names a span as what follows «в течение».
func within(d time.Duration) string {
	switch {
	case d == 24*time.Hour:
		return "суток"
	case d%(24*time.Hour) == 0:
		return plural(int(d/(24*time.Hour)), "дня", "дней", "дней")
	}
	return plural(int((d+time.Hour-1)/time.Hour), "часа", "часов", "часов")
}

var months = [...]string{
	"января", "февраля", "марта", "апреля", "мая", "июня",
	"июля", "августа", "сентября", "октября", "ноября", "декабря",
}

// when is «24 ноября, 03:00», date «24 ноября», day «24 ноября 2026 года»,
// clock «03:00», stamp «24.11 03:00» of Unix seconds.
func (t *Texts) when(at time.Time) string { return t.date(at) + ", " + t.clock(at) }

func (t *Texts) date(at time.Time) string {
	at = at.In(t.loc)
	return fmt.Sprintf("%d %s", at.Day(), months[at.Month()-1])
}

func (t *Texts) day(at time.Time) string {
	return fmt.Sprintf("%s %d года", t.date(at), at.In(t.loc).Year())
}

func (t *Texts) stamp(at int64) string { return time.Unix(at, 0).In(t.loc).Format("02.01 15:04") }

func (t *Texts) clock(at time.Time) string { return at.In(t.loc).Format("15:04") }
