package storage_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// city is a database of so many accounts, each with a chat and a contract, every
// third with a username. It is written in the order of the keys, past the turns.
type city struct {
	*storage.Store
	db       *bolt.DB
	accounts int
	surnames []string // the commonest first
	of       []uint16 // surname of every account
}

// residents of a city that is built, by number from 1.
func (c *city) account(n int) flows.Account {
	names := [...]string{"Анна", "Пётр", "Мария", "Иван", "Елена", "Сергей", "Ольга", "Дмитрий", "Наталья", "Николай"}
	fathers := [...]string{"Петр", "Иван", "Серге", "Дмитри", "Никола", "Андре", "Павл"}
	return flows.Account{
		Number: uint64(n), Chat: chatOfResident(n), Opened: 1_700_000_000, Surname: c.surnames[c.of[n-1]],
		Name: names[n%len(names)], Patronymic: fathers[n%len(fathers)] + "ович", Phone: phoneOfResident(n), Email: mailOfResident(n),
		PhoneAt: 1_700_000_000, EmailAt: 1_700_000_000,
	}
}

func chatOfResident(n int) int64            { return 100_000_000 + 7*int64(n) }
func phoneOfResident(n int) flows.Phone     { return flows.Phone(fmt.Sprintf("+7916%07d", n)) }
func mailOfResident(n int) flows.Email      { return flows.Email(fmt.Sprintf("resident%d@mail.example", n)) }
func contractOfResident(n int) flows.Number { return flows.Number(fmt.Sprintf("4%09d", n)) }

func usernameOfResident(n int) string {
	if n%3 != 0 {
		return ""
	}
	return fmt.Sprintf("Resident_%d", n)
}

// under counts the accounts whose surname begins with a letter.
func (c *city) under(letter rune) (accounts int) {
	for _, s := range c.of {
		if strings.HasPrefix(c.surnames[s], string(letter)) {
			accounts++
		}
	}
	return accounts
}

// surnamesOfACity are some thousand, the commonest first.
func surnamesOfACity() (list []string) {
	both := func(s string) { list = append(list, s, s+"а") }
	for s := range strings.FieldsSeq(`Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков
		Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов
		Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков
		Константинов`) {
		both(s)
	}
	list = append(list, "Константинопольский", "Римский-Корсаков", "Ли", "Мамед оглы")
	for end := range strings.FieldsSeq("ов ин енков уков") {
		for middle := range strings.FieldsSeq("ан ев ил ок уш иц ент ам ер ор аб ул") {
			for begin := range strings.FieldsSeq("Бар Вол Гор Дем Ел Жар Зим Кал Лар Мар Нар Ост Пан Руд Сав Тар Ух Фил Хар Чер Шап Щер Юр Як") {
				both(begin + middle + end)
			}
		}
	}
	return list
}

// newCity opens a store in a folder and fills it.
func newCity(tb testing.TB, accounts int) *city {
	tb.Helper()
	db, err := bolt.Open(tb.Context(), tb.TempDir()+"/city.db", bolt.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	w := &world{}
	c := &city{db: db, accounts: accounts, surnames: surnamesOfACity(), of: make([]uint16, accounts)}
	if c.Store, err = storage.Open(tb.Context(), db, w.options(testSecret)); err != nil {
		tb.Fatal(err)
	}
	skewed := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(skewed, 1.1, 20, uint64(len(c.surnames)-1))
	for i := range c.of {
		c.of[i] = uint16(zipf.Uint64())
	}
	out := &filler{tb: tb, city: c}
	for n := 1; n <= accounts; n++ {
		out.sealed(storage.Key64('a', uint64(n)), c.account(n))
	}
	for n := 1; n <= accounts; n++ {
		out.sealed(storage.Key64('b', uint64(n)), []flows.Binding{{Number: contractOfResident(n), At: 1}})
	}
	for n := 1; n <= accounts; n++ {
		chat := chatOfResident(n)
		out.sealed(storage.ChatKey(chat), flows.Conversation{Chat: chat, State: "main_menu", Account: uint64(n), Username: usernameOfResident(n)})
	}
	out.usernames()
	out.contracts()
	out.put([]byte("ma"), binary.BigEndian.AppendUint64(nil, uint64(accounts)))
	out.names()
	out.owners()
	out.flush()
	return c
}

// filler writes records in large transactions.
type filler struct {
	tb         testing.TB
	city       *city
	keys, vals [][]byte
}

func (f *filler) put(key, value []byte) {
	f.keys, f.vals = append(f.keys, key), append(f.vals, value)
	if len(f.keys) == 50_000 {
		f.flush()
	}
}

func (f *filler) sealed(key []byte, record any) {
	v, err := storage.Encode(f.city.Store, key, record)
	if err != nil {
		f.tb.Fatal(err)
	}
	f.put(key, v)
}

func (f *filler) flush() {
	err := f.city.db.Update(f.tb.Context(), func(tx storage.Tx) (err error) {
		for i, k := range f.keys {
			err = errors.Join(err, tx.Put(k, f.vals[i]))
		}
		return err
	})
	if err != nil {
		f.tb.Fatal(err)
	}
	f.keys, f.vals = f.keys[:0], f.vals[:0]
}

// row is one of an index whose order is that of hashes.
type row struct {
	key []byte
	n   int
}

// hashed calls write with the rows in the order of their keys.
func hashed(rows []row, write func(key []byte, n int)) {
	slices.SortFunc(rows, func(a, b row) int { return bytes.Compare(a.key, b.key) })
	for _, r := range rows {
		write(r.key, r.n)
	}
}

func (f *filler) usernames() {
	var rows []row
	for n := 1; n <= f.city.accounts; n++ {
		if name := usernameOfResident(n); name != "" {
			rows = append(rows, row{storage.UsernameKey(f.city.Store, name), n})
		}
	}
	hashed(rows, func(key []byte, n int) { f.put(key, storage.ChatKey(chatOfResident(n))[1:]) })
}

func (f *filler) contracts() {
	var rows []row
	for n := 1; n <= f.city.accounts; n++ {
		rows = append(rows, row{storage.HoldersKey(f.city.Store, contractOfResident(n)), n})
	}
	hashed(rows, func(key []byte, n int) { f.sealed(key, []uint64{uint64(n)}) })
}

func (f *filler) owners() {
	var rows []row
	for n := 1; n <= f.city.accounts; n++ {
		rows = append(rows,
			row{storage.OwnerKey(f.city.Store, phoneOf(string(phoneOfResident(n)))), n},
			row{storage.OwnerKey(f.city.Store, mailOf(string(mailOfResident(n)))), n})
	}
	hashed(rows, func(key []byte, n int) { f.sealed(key, flows.Owner{Account: uint64(n)}) })
}

// names writes the index of surnames, one beginning after the other.
func (f *filler) names() {
	bearers := make([][]uint32, len(f.city.surnames)) // account numbers by surname
	for i, s := range f.city.of {
		bearers[s] = append(bearers[s], uint32(i+1))
	}
	beginnings := map[string][]int{} // surnames
	for s, surname := range f.city.surnames {
		for _, p := range flows.SurnamePrefixes(surname) {
			beginnings[p] = append(beginnings[p], s)
		}
	}
	type beginning struct {
		first    []byte
		surnames []int
	}
	var all []beginning
	for p, surnames := range beginnings {
		all = append(all, beginning{storage.SurnameKey(f.city.Store, p, flows.Cursor{Tag: 'a'}), surnames})
	}
	slices.SortFunc(all, func(a, b beginning) int { return bytes.Compare(a.first, b.first) })
	for _, b := range all {
		var who []uint32
		for _, s := range b.surnames {
			who = append(who, bearers[s]...)
		}
		slices.Sort(who)
		for _, n := range who {
			f.put(binary.BigEndian.AppendUint64(bytes.Clone(b.first[:len(b.first)-8]), uint64(n)), []byte{1})
		}
	}
}

// Ensure that a city is what turns would have written.
func TestCity(t *testing.T) {
	c := newCity(t, 2000)
	r, err := c.Check(t.Context())
	if err != nil || r.FaultCount != 0 || r.Accounts != 2000 || r.Surnames < 8000 {
		t.Errorf("%+v, %v", r, err)
	}
}
