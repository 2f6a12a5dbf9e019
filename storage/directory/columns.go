package directory

import (
	"strings"

	"mvkbot/flows"
)

// Column is a column of a source that the directory keeps (SPEC §4).
type Column string

// The six columns; all must be in the header row.
const (
	ColumnNumber  Column = "number"
	ColumnKind    Column = "kind"
	ColumnFlat    Column = "flat"
	ColumnAddress Column = "address"
	ColumnHolder  Column = "holder"
	ColumnStatus  Column = "status"
)

// Columns lists all columns, as a template of a source has them.
func Columns() []Column {
	return []Column{ColumnNumber, ColumnKind, ColumnFlat, ColumnAddress, ColumnHolder, ColumnStatus}
}

// required are the columns without which a source is refused. Without a column
// of flats every contract of a flat is a bad row, the others are good.
var required = []Column{ColumnNumber, ColumnKind, ColumnAddress, ColumnHolder, ColumnStatus}

// headerNames are the names of a column in a header row, in the form of
// normalName, besides the column's English name. The first is the one told.
var headerNames = map[Column][]string{
	ColumnNumber:  {"лицевой счет", "договор", "лицевой счет / договор", "лицевой счет/договор", "номер", "номер договора", "номер лицевого счета", "лс", "л/с"},
	ColumnKind:    {"вид", "вид помещения", "вид объекта", "тип", "тип помещения", "тип объекта", "помещение"},
	ColumnFlat:    {"квартира", "номер квартиры", "кв", "кв."},
	ColumnAddress: {"адрес", "адрес объекта"},
	ColumnHolder:  {"держатель", "владелец", "абонент", "лицо", "вид абонента", "тип абонента", "вид лица", "тип лица"},
	ColumnStatus:  {"статус", "состояние", "статус договора", "состояние договора"},
}

var kindNames = map[string]flows.Kind{
	"flat": flows.KindFlat, "квартира": flows.KindFlat,
	"apartments": flows.KindApartments, "апартаменты": flows.KindApartments,
	"nonresidential": flows.KindNonresidential, "нежилое": flows.KindNonresidential, "нежилое помещение": flows.KindNonresidential,
	"house": flows.KindHouse, "дом": flows.KindHouse, "индивидуальный жилой дом": flows.KindHouse,
}

var holderNames = map[string]flows.Holder{
	"person": flows.HolderPerson, "физлицо": flows.HolderPerson, "физическое лицо": flows.HolderPerson,
	"company": flows.HolderCompany, "юрлицо": flows.HolderCompany, "юридическое лицо": flows.HolderCompany,
}

var statusNames = map[string]flows.Status{
	"active": flows.StatusActive, "действует": flows.StatusActive,
	"closed": flows.StatusClosed, "закрыт": flows.StatusClosed,
}

// normalName is the form in which names and values are compared: lower case,
// one space between words, «е» for «ё».
func normalName(s string) string {
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	return strings.ReplaceAll(s, "ё", "е")
}

// meaning looks a value up, as it stands first: most files are tidy.
func meaning[T any](names map[string]T, value string) (T, bool) {
	if word, ok := names[value]; ok {
		return word, true
	}
	word, ok := names[normalName(value)]
	return word, ok
}

// columns says where a row keeps what.
type columns struct {
	at    map[Column]int
	width int
}

// readHeader finds the columns in a header row. Unknown names are passed over.
func readHeader(header []string) (columns, error) {
	c := columns{at: map[Column]int{}, width: len(header)}
	var wrong ColumnsError
	for i, name := range header {
		column, ok := columnByName[normalName(name)]
		if !ok {
			continue
		}
		if _, ok := c.at[column]; ok {
			wrong.Repeated = append(wrong.Repeated, column)
		}
		c.at[column] = i
	}
	for _, column := range required {
		if _, ok := c.at[column]; !ok {
			wrong.Missing = append(wrong.Missing, column)
		}
	}
	if len(wrong.Missing)+len(wrong.Repeated) > 0 {
		return columns{}, &wrong
	}
	return c, nil
}

// knownNames counts the names in a header row that name a column.
func knownNames(header []string) int {
	known := 0
	for _, name := range header {
		if _, ok := columnByName[normalName(name)]; ok {
			known++
		}
	}
	return known
}

var columnByName = func() map[string]Column {
	names := map[string]Column{}
	for column, synonyms := range headerNames {
		names[string(column)] = column
		for _, name := range synonyms {
			names[name] = column
		}
	}
	return names
}()
