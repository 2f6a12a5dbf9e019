package text

import (
	"testing"
	"time"
)

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 попыток", 1: "1 попытка", 2: "2 попытки", 4: "4 попытки", 5: "5 попыток", 10: "10 попыток", 11: "11 попыток", 12: "12 попыток",
		14: "14 попыток", 15: "15 попыток", 20: "20 попыток", 21: "21 попытка", 22: "22 попытки", 101: "101 попытка", 111: "111 попыток", 112: "112 попыток", 1021: "1021 попытка",
	} {
		if got := plural(n, "попытка", "попытки", "попыток"); got != want {
			t.Errorf("plural(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 секунд", time.Millisecond: "1 секунду", time.Second: "1 секунду", 2 * time.Second: "2 секунды", 59 * time.Second: "59 секунд",
		time.Minute: "1 минуту", 61 * time.Second: "2 минуты", 5 * time.Minute: "5 минут", 59*time.Minute + time.Second: "60 минут",
		time.Hour: "1 час", time.Hour + time.Second: "2 часа", 21 * time.Hour: "21 час", 24 * time.Hour: "24 часа",
		48 * time.Hour: "2 дня", 7 * 24 * time.Hour: "7 дней",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

// Ensure that a number of bytes is read in the unit that suits it.
func TestSize(t *testing.T) {
	for n, want := range map[any]string{
		int64(0): "0 Б", int64(1023): "1023 Б", int64(1024): "1,0 КБ", int64(1536): "1,5 КБ", int64(5 << 20): "5,0 МБ", int64(3 << 30): "3,0 ГБ",
		int64(2 << 50): "2048,0 ТБ", nil: "", "many": "",
	} {
		if got := size(n); got != want {
			t.Errorf("size(%v) = %q, want %q", n, got, want)
		}
	}
}

func TestWithin(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "1 часа", 2 * time.Hour: "2 часов", 90 * time.Minute: "2 часов", 21 * time.Hour: "21 часа", 24 * time.Hour: "суток",
		36 * time.Hour: "36 часов", 48 * time.Hour: "2 дней", 21 * 24 * time.Hour: "21 дня",
	} {
		if got := within(d); got != want {
			t.Errorf("within(%v) = %q, want %q", d, got, want)
		}
	}
}

// Ensure that times are told in the utility's zone, whatever zone they come in.
func TestDates(t *testing.T) {
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	texts := &Texts{loc: moscow}
	at := time.Date(2026, 12, 31, 21, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		texts.when(at): "1 января, 00:05", texts.date(at): "1 января", texts.day(at): "1 января 2027 года", texts.clock(at): "00:05",
		texts.when(time.Date(2026, 11, 24, 3, 0, 0, 0, moscow)): "24 ноября, 03:00",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Ensure that a span that has passed is rounded down, and never to nothing.
func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "1 минуту", 0: "1 минуту", 119 * time.Second: "1 минуту", 2 * time.Minute: "2 минуты", 59*time.Minute + 59*time.Second: "59 минут",
		time.Hour: "1 час", 119 * time.Minute: "1 час", 47*time.Hour + 59*time.Minute: "47 часов", 48*time.Hour + time.Minute: "2 дня", 7 * 24 * time.Hour: "7 дней",
	} {
		if got := age(d); got != want {
			t.Errorf("age(%v) = %q, want %q", d, got, want)
		}
	}
}
