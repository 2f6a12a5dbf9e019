package flows_test

import (
	"strings"
	"testing"

	"mvkbot/flows"
)

// Ensure that an address begins so whatever its case, ё, punctuation and city,
// and that a number is compared whole.
func TestAudience_District(t *testing.T) {
	const address = "Москва, ул. Зелёная, д. 55, кв. 12"
	for district, want := range map[string]bool{
		"ул. Зелёная": true, "УЛ ЗЕЛЕНАЯ": true, "г. Москва, ул. Зелёная, д. 55": true, "город Москва ул зел": true, "Россия, Москва, ул": true,
		"ул. Зелёная, д. 5": false, "Зелёная": false, "ул. Зелёная, д. 55, кв. 1": false, "ул. Зелёная, д. 55, кв. 12, подъезд 1": false,
	} {
		district, ok := flows.ParseDistrict(district)
		a := flows.Audience{Kind: flows.InDistrict, District: district}
		got := a.Includes(flows.Account{Number: 1}, []flows.Binding{{Number: "7"}, {Number: "8"}}, func(n flows.Number) (flows.Contract, bool) {
			return flows.Contract{Number: n, Address: address}, n == "8" // the other vanished
		})
		if !ok || got != want {
			t.Errorf("%q: %v, want %v", district, got, want)
		}
	}
	for _, district := range []string{"", " \u200b", "Москва", "г. Москва,", "—", strings.Repeat("а", 121)} {
		if _, ok := flows.ParseDistrict(district); ok {
			t.Errorf("%q was taken", district)
		}
	}
}

// Ensure that each audience is who it says, and that whoever opted out is of none.
func TestAudience(t *testing.T) {
	contract := func(n flows.Number) (flows.Contract, bool) {
		return flows.Contract{Number: n, Address: "ул. Лесная"}, true
	}
	bound := []flows.Binding{{Number: "7"}}
	for _, tt := range []struct {
		audience      flows.Audience
		with, without bool
	}{
		{flows.Audience{Kind: flows.Everybody}, true, true},
		{flows.Audience{Kind: flows.WithContract}, true, false},
		{flows.Audience{Kind: flows.WithoutContract}, false, true},
		{flows.Audience{Kind: flows.InDistrict, District: "ул. Лесная"}, true, false},
		{flows.Audience{}, false, false},
	} {
		if with, without := tt.audience.Includes(flows.Account{}, bound, contract), tt.audience.Includes(flows.Account{}, nil, contract); with != tt.with || without != tt.without {
			t.Errorf("%+v: %v and %v", tt.audience, with, without)
		}
		if tt.audience.Includes(flows.Account{NoNews: true}, bound, contract) {
			t.Errorf("%+v has somebody who opted out", tt.audience)
		}
	}
}
