package flows_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"mvkbot/flows"
)

// Ensure that surnames that people take for the same have one normal form.
func TestNormalSurname(t *testing.T) {
	for in, want := range map[string]string{
		"Соколова": "соколова", "СОКОЛОВА": "соколова", "Королёв": "королев", "КОРОЛЁВ": "королев", "Королев": "королев",
		"Корол\u0435\u0308в": "королев", "И\u0306од": "йод", "Римский-Корсаков": "римскийкорсаков", "Римский Корсаков": "римскийкорсаков",
		"Петрова\u2011Водкина": "петроваводкина", "Д’Артаньян": "дартаньян", "O'Hara": "ohara", "Müller": "müller", "Мамед оглы": "мамедоглы",
		"": "", "-": "", "\xff": "",
	} {
		if got := flows.NormalSurname(in); got != want {
			t.Errorf("NormalSurname(%q) = %q, want %q", in, got, want)
		}
	}
}

// Ensure that a surname is found by all its beginnings of up to eight characters.
func TestSurnamePrefixes(t *testing.T) {
	for in, want := range map[string][]string{
		"Ёж":        {"е", "еж"},
		"Ли-Ан":     {"л", "ли", "лиа", "лиан"},
		"Соколовы":  {"с", "со", "сок", "соко", "сокол", "соколо", "соколов", "соколовы"},
		"Соколовых": {"с", "со", "сок", "соко", "сокол", "соколо", "соколов", "соколовы"},
		"":          {},
	} {
		if got := flows.SurnamePrefixes(in); !slices.Equal(got, want) {
			t.Errorf("SurnamePrefixes(%q) = %q, want %q", in, got, want)
		}
	}
}

// Ensure that every spelling is read in all the ways that it can be meant.
func TestParseQuery(t *testing.T) {
	by := func(by flows.Lookup, value string) flows.Query { return flows.Query{By: by, Value: value} }
	number := func(by flows.Lookup, n uint64) flows.Query { return flows.Query{By: by, Number: n} }
	phone := by(flows.LookupPhone, "+79161234567")
	for _, tt := range []struct {
		in   string
		want []flows.Query
	}{
		{"+7 916 123-45-67", []flows.Query{phone}},
		{"8 (916) 123.45.67", []flows.Query{phone}},
		{"+8 916 123 45 67", []flows.Query{phone}},
		{"007 (916) 123-45-67", []flows.Query{phone}},
		{"9161234567", []flows.Query{
			number(flows.LookupAccount, 9161234567), number(flows.LookupChat, 9161234567), phone, by(flows.LookupContract, "9161234567"),
		}},
		{"+49 916 1234567", nil},
		{" Anna@Почта.рф ", []flows.Query{by(flows.LookupEmail, "anna@xn--80a1acny.xn--p1ai")}},
		{"anna@", nil},
		{"@Anna_S", []flows.Query{by(flows.LookupUsername, "Anna_S")}},
		{"@", nil}, {"@анна", nil}, {"@anna s", nil}, {"@" + strings.Repeat("a", 33), nil},
		{"Л123", []flows.Query{number(flows.LookupAccount, 123), by(flows.LookupContract, "Л123")}},
		{"л 123", []flows.Query{number(flows.LookupAccount, 123), by(flows.LookupContract, "Л123")}},
		{"l42", []flows.Query{number(flows.LookupAccount, 42), by(flows.LookupContract, "L42")}},
		{"№ 1234", []flows.Query{by(flows.LookupContract, "1234")}},
		{"https://t.me/Anna_S", []flows.Query{by(flows.LookupUsername, "Anna_S")}}, {"anna_s", []flows.Query{by(flows.LookupUsername, "anna_s")}},
		{"42", []flows.Query{number(flows.LookupAccount, 42), number(flows.LookupChat, 42), by(flows.LookupContract, "42")}},
		{"0", []flows.Query{by(flows.LookupContract, "0")}},
		{"99999999999999999999", []flows.Query{by(flows.LookupContract, "99999999999999999999")}},
		{"12-34/5 б", []flows.Query{by(flows.LookupContract, "1234/5Б")}},
		{"Королёв", []flows.Query{by(flows.LookupSurname, "королев")}},
		{"  РИМСКИЙ-Корсаков   Ник. А.", []flows.Query{by(flows.LookupSurname, "римскийкорсаков ник а")}},
		{"о", []flows.Query{by(flows.LookupSurname, "о")}},
		{"Γεώργιος", nil}, {"", nil}, {" - ", nil}, {"\xff", nil}, {"а б в г д е ж з и", nil}, {strings.Repeat("9", 4096), nil},
	} {
		if got := flows.ParseQuery(tt.in); !slices.Equal(got, tt.want) {
			t.Errorf("ParseQuery(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

// Ensure that what was typed in the wrong layout, or surname last, has readings
// that find, and that nothing else is turned about.
func TestRespelled(t *testing.T) {
	for in, want := range map[string][]string{
		"Rjhjk`d": {"королёв"}, "Jkmuf Yjdbrjdf": {"ольга новикова", "новикова ольга"}, "'hbcvfy": {"эрисман"},
		"Ольга Петровна Новикова": {"Новикова Ольга Петровна"}, "Новикова": nil, "8 916 1": nil, "": nil, "@anna s": nil, "\xff": nil,
	} {
		if got := flows.Respelled(in); !slices.Equal(got, want) {
			t.Errorf("Respelled(%q) = %q, want %q", in, got, want)
		}
	}
}

// Ensure that words are compared with the names that they can belong to.
func TestQueryFits(t *testing.T) {
	korsakov := flows.Hit{Surname: "Римский-Корсаков", Name: "Николай", Patronymic: "Андреевич"}
	ibn := flows.Hit{Surname: "Мамед оглы", Name: "Анна Мария"}
	for _, tt := range []struct {
		text string
		hit  flows.Hit
		want bool
	}{
		{"рим", korsakov, true}, {"римский корс", korsakov, true}, {"Римский-Корсаков Николай Андреевич", korsakov, true},
		{"римский корсаков н.а.", korsakov, true}, {"римский ник", korsakov, true}, {"римский андр", korsakov, true},
		{"Римский-Корсакова", korsakov, false}, {"римский пётр", korsakov, false}, {"римский ник ник", korsakov, false},
		{"корсаков", korsakov, false}, {"николай", korsakov, false}, {"римский андр ник", korsakov, false},
		{"мамед оглы анна мария", ibn, true}, {"мамед анна", ibn, true}, {"мамед мария", ibn, false},
		{"иван петр", flows.Hit{Surname: "Иванов", Name: "Иван", Patronymic: "Петрович"}, true},
		{"иван петров", flows.Hit{Surname: "Иванов", Name: "Иван"}, false},
	} {
		if got := flows.ParseQuery(tt.text)[0].Fits(tt.hit); got != tt.want {
			t.Errorf("%q fits %v: %v, want %v", tt.text, tt.hit.Surname, got, tt.want)
		}
	}
	if !flows.ParseQuery("@anna")[0].Fits(korsakov) {
		t.Error("only names are compared")
	}
}

// Ensure that whatever is typed is read without harm, that whoever has a surname
// is found by it, and that a normal form is its own.
func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"Королёв", "8 916 123-45-67", "@anna", "a@b.ru", "Л1", "\xff", "İ", "Мамед оглы"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, q := range flows.ParseQuery(s) {
			if q.By == 0 || (q.Value == "") == (q.Number == 0) {
				t.Errorf("%q: %v", s, q)
			}
			if q.By == flows.LookupSurname && (q.Prefix() == "" || utf8.RuneCountInString(q.Prefix()) > flows.MaxPrefix) {
				t.Errorf("%q has the prefix %q", s, q.Prefix())
			}
		}
		name, fault := flows.ParseName(s)
		if fault != "" {
			return
		}
		normal := flows.NormalSurname(name)
		if flows.NormalSurname(normal) != normal {
			t.Errorf("%q: %q is not its own normal form", name, normal)
		}
		queries := flows.ParseQuery(name)
		if len(queries) == 0 && len(strings.Fields(name)) > 8 {
			return
		}
		if len(queries) != 1 || !queries[0].Fits(flows.Hit{Surname: name}) || !slices.Contains(flows.SurnamePrefixes(name), queries[0].Prefix()) {
			t.Errorf("%q is not found by itself: %v", name, queries)
		}
	})
}
