package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"log/slog"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// sampleContracts are the directory of a demo: one contract of each kind that
// can be bound, and some that cannot.
var sampleContracts = []flows.Contract{
	sample("1011234567", flows.KindFlat, "12", "Москва, ул. Плющиха, д. 7, кв. 12"),
	sample("1017654321", flows.KindFlat, "45А", "Москва, Ленинский просп., д. 60/2, кв. 45А"),
	sample("2021234567", flows.KindApartments, "304", "Москва, Пресненская наб., д. 8, стр. 1, апарт. 304"),
	sample("2027654321", flows.KindApartments, "", "Москва, Ходынский бул., д. 20А, апартаменты"),
	sample("3031234567", flows.KindNonresidential, "", "Москва, ул. Арбат, д. 20, пом. III"),
	sample("4041234567", flows.KindHouse, "", "Москва, пос. Внуково, ул. Лесная, д. 3"),
	{
		Number: "5051234567", Kind: flows.KindFlat, Flat: "5", Address: "Москва, ул. Свободы, д. 1, кв. 5",
		Holder: flows.HolderCompany, Status: flows.StatusActive,
	},
	{
		Number: "6061234567", Kind: flows.KindFlat, Flat: "77", Address: "Москва, ул. Бутлерова, д. 4, кв. 77",
		Holder: flows.HolderPerson, Status: flows.StatusClosed,
	},
}

func sample(number flows.Number, kind flows.Kind, flat, address string) flows.Contract {
	return flows.Contract{
		Number: number, Kind: kind, Flat: flat, Address: address,
		Holder: flows.HolderPerson, Status: flows.StatusActive,
	}
}

// samplesCSV is the sample directory as billing would export it (SPEC §4).
func samplesCSV() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	rows := [][]string{{"number", "kind", "flat", "address", "holder", "status"}}
	for _, c := range sampleContracts {
		rows = append(rows, []string{string(c.Number), string(c.Kind), c.Flat, c.Address, string(c.Holder), string(c.Status)})
	}
	_ = w.WriteAll(rows) // a Buffer takes all
	return b.Bytes()
}

// samplesOf are the sample contracts that a directory has. One that was there
// before stays as it is, with whatever was imported since; only a broken one is
// made anew.
func samplesOf(path string) (samples []flows.Contract, there bool, err error) {
	d, err := directory.Open(path, slog.New(slog.DiscardHandler))
	if errors.Is(err, directory.ErrBroken) {
		return sampleContracts, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if d.Edition() == "" {
		return sampleContracts, false, nil
	}
	for _, sample := range sampleContracts {
		c, ok, err := d.Contract(sample.Number)
		if err != nil {
			return nil, true, err
		}
		if ok {
			samples = append(samples, c)
		}
	}
	return samples, true, nil
}
