package demo

import (
	"fmt"
	"net/http"

	"mvkbot/bot/simulator"
)

// firstResident is the Telegram ID of the first resident; the others follow.
const firstResident = 5_000_000_001

// maxResidents is how many residents one page can tell apart.
const maxResidents = 30

// sampleResidents are there at first. Their numbers lie in different blocks, so
// that none spends another's SMS budget (SPEC §2.3).
var sampleResidents = []simulator.User{
	{FirstName: "Анна", LastName: "Соколова", Username: "anna_sokolova", Phone: "+79161112233"},
	{FirstName: "Пётр", LastName: "Иванов", Username: "petr_ivanov", Phone: "+79162223344"},
	{FirstName: "Мария", LastName: "Ким", Phone: "+79163334455"},
	{FirstName: "Ольга", LastName: "Новикова", Username: "olga_novikova", Phone: "+79164445566"},
	{FirstName: "Сергей", LastName: "Волков", Phone: "+79168889900"},
}

// settled is how many of the first residents, the last of them, may have an
// account before the page opens.
const settled = 2

// Settled are the residents of the page to whom whoever starts the bot may give
// an account.
func Settled() (list []simulator.User) {
	for n := len(sampleResidents) - settled; n < len(sampleResidents); n++ {
		list = append(list, resident(n))
	}
	return list
}

// Everybody are the Telegram IDs of all who may ever have a phone on a page.
func Everybody() []int64 {
	list := []int64{Operator, Administrator}
	for n := range int64(maxResidents) {
		list = append(list, firstResident+n)
	}
	return list
}

// newcomers lend their names to the residents added later, over and over.
var newcomers = []simulator.User{
	{FirstName: "Юлия", LastName: "Орлова"}, {FirstName: "Денис", LastName: "Фомин"},
	{FirstName: "Дина", LastName: "Сафина"}, {FirstName: "Илья", LastName: "Морозов"},
	{FirstName: "Вера", LastName: "Лебедева"}, {FirstName: "Тимур", LastName: "Алиев"},
}

// errManyResidents is returned when the page is full.
var errManyResidents = refusal{http.StatusConflict, fmt.Sprintf("Больше %d жителей страница не вмещает.", maxResidents)}

func (s *Server) newResident(http.ResponseWriter, *http.Request) (any, error) {
	id, err := s.addResident()
	if err != nil {
		return nil, err
	}
	return map[string]int64{"id": id}, nil
}

func (s *Server) addResident() (int64, error) {
	s.mu.Lock()
	n := s.residents
	if n >= maxResidents {
		s.mu.Unlock()
		return 0, errManyResidents
	}
	s.residents++
	s.mu.Unlock()

	u := resident(n)
	s.simulator.AddUser(u)
	s.changes.tell()
	return u.ID, nil
}

// resident makes up the n-th resident, counted from 0.
func resident(n int) simulator.User {
	var u simulator.User
	if n < len(sampleResidents) {
		u = sampleResidents[n]
	} else {
		u = newcomers[(n-len(sampleResidents))%len(newcomers)]
		u.Phone = fmt.Sprintf("+7916%03d%04d", 400+n, 5000+n)
	}
	u.ID = firstResident + int64(n)
	u.LanguageCode = "ru"
	return u
}
