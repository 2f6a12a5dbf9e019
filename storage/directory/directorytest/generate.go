// Package directorytest makes contract files for tests and measurements. What
// it makes is invented: streets of Moscow, random houses, numbers of no one.
package directorytest

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"

	"golang.org/x/text/encoding/charmap"
)

// Header is the first line of a generated file.
const Header = "Лицевой счёт;Вид помещения;Квартира;Адрес;Абонент;Статус"

// FirstNumber is the number in the first row; each row has the one after it,
// but for the rows that are bad because of their number.
const FirstNumber = 1_000_000_000

// Generate writes a contract file of rows rows under a header row, in
// windows-1251 with «;», in no order of numbers. Every badEvery-th row is bad,
// for each reason in turn; none is when badEvery is 0. The same seed makes the
// same file. It returns the first error of w.
func Generate(w io.Writer, rows, badEvery int, seed uint64) error {
	encoder := charmap.Windows1251.NewEncoder().Writer(w)
	out := bufio.NewWriterSize(encoder, 64<<10)
	g := generator{rand: rand.New(rand.NewPCG(seed, seed)), rows: rows}
	fmt.Fprint(out, Header, "\r\n") // bufio keeps the first error for Flush
	bad := 0
	for i := range rows {
		if badEvery > 0 && (i+1)%badEvery == 0 {
			fmt.Fprint(out, g.bad(i, bad), "\r\n")
			bad++
			continue
		}
		fmt.Fprint(out, g.row(i).line(), "\r\n")
	}
	return out.Flush()
}

type generator struct {
	rand *rand.Rand
	rows int
	last string // number of the last good row
}

type row struct{ number, kind, flat, address, holder, status string }

func (r row) line() string {
	return r.number + ";" + r.kind + ";" + r.flat + ";" + r.address + ";" + r.holder + ";" + r.status
}

// row makes a good row. Numbers are spread over the file by a step that has no
// divisor in common with the number of rows.
func (g *generator) row(i int) row {
	step := 7_919
	for gcd(step, g.rows) != 1 {
		step++
	}
	g.last = fmt.Sprint(FirstNumber + i*step%g.rows)
	r := row{number: g.last, kind: "квартира", holder: "физлицо", status: "действует"}
	street, house := streets[g.rand.IntN(len(streets))], 1+g.rand.IntN(180)
	r.address = fmt.Sprintf("г. Москва, %s, д. %d", street, house)
	switch g.rand.IntN(20) {
	case 0:
		r.kind = "апартаменты"
		r.flat = fmt.Sprint(1 + g.rand.IntN(300))
	case 1:
		r.kind, r.holder = "нежилое помещение", "юрлицо"
		r.address = fmt.Sprintf(`"г. Москва, %s, д. %d, ООО ""Ромашка"""`, street, house)
	case 2:
		r.kind = "индивидуальный жилой дом"
	default:
		r.flat = fmt.Sprint(1 + g.rand.IntN(600))
		r.address += fmt.Sprintf(", корп. %d, кв. %s", 1+g.rand.IntN(5), r.flat)
	}
	if g.rand.IntN(50) == 0 {
		r.status = "закрыт"
	}
	return r
}

// bad makes a bad row, the n-th of the file.
func (g *generator) bad(i, n int) string {
	last := g.last
	r := g.row(i)
	g.last = last
	switch n % 8 {
	case 0:
		r.kind = "гараж"
	case 1:
		r.number = "12?45"
	case 2:
		if last != "" {
			r.number = last
		} else {
			r.number = ""
		}
	case 3:
		r.kind, r.flat = "квартира", ""
	case 4:
		return r.number + ";" + r.kind
	case 5:
		r.address = ""
	case 6:
		r.address = `"не закрытые кавычки`
	case 7:
		r.status = "спит"
	}
	return r.line()
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

var streets = []string{
	"ул. Тверская", "ул. Арбат", "Ленинский проспект", "Кутузовский проспект", "ул. Профсоюзная",
	"Варшавское шоссе", "ул. Люблинская", "Дмитровское шоссе", "ул. Большая Ордынка", "Чистопрудный бульвар",
	"ул. Академика Королёва", "пр-т Вернадского", "Рублёвское шоссе", "ул. Новый Арбат", "Шмитовский проезд",
	"ул. Бутырская", "Волоколамское шоссе", "ул. Миклухо-Маклая", "Измайловский бульвар", "Малый Каковинский пер.",
}
