package flows_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mvkbot/flows"
)

func TestParseName(t *testing.T) {
	tests := []struct {
		in, want string
		fault    flows.Text
	}{
		{"Соколова", "Соколова", ""},
		{"  Анна \t Мария\n", "Анна Мария", ""},
		{"Петрова-Водкина", "Петрова-Водкина", ""},
		{"Петрова\u2011Водкина", "Петрова-Водкина", ""},
		{"O'Hara", "O'Hara", ""},
		{"Д’Артаньян", "Д’Артаньян", ""},
		{"И\u0306од", "Йод", ""},
		{"Ёлкин", "Ёлкин", ""},
		{"Müller", "Müller", ""},
		{"Я", "Я", ""},
		{strings.Repeat("я", 64), strings.Repeat("я", 64), ""},
		{strings.Repeat("я", 65), "", "fault.name_long"},
		{"", "", "fault.name_empty"},
		{" \u00a0\t", "", "fault.name_empty"},
		{"12345", "", "fault.name_letters"},
		{"Анна2", "", "fault.name_letters"},
		{"-", "", "fault.name_letters"},
		{"' - '", "", "fault.name_letters"},
		{"<b>Анна</b>", "", "fault.name_letters"},
		{"Анна😀", "", "fault.name_letters"},
		{"Γεώργιος", "", "fault.name_letters"},
		{"А\u0301нна", "", "fault.name_letters"},
		{"Анна\u200b", "", "fault.name_hidden"},
		{"\u202eаннА", "", "fault.name_hidden"},
		{"Ан\u00adна", "", "fault.name_hidden"},
		{"Анна\x00", "", "fault.name_hidden"},
		{"\xff", "", "fault.name_letters"},
	}
	for _, test := range tests {
		got, fault := flows.ParseName(test.in)
		if fault != test.fault || fault == "" && got != test.want {
			t.Errorf("ParseName(%q) = %q, %q; want %q, %q", test.in, got, fault, test.want, test.fault)
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, seed := range []string{"Соколова", " А  Б ", "И\u0306", "\u200b", "\xff", "O'Hara"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, fault := flows.ParseName(s)
		if fault != "" {
			return
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > flows.MaxName || !utf8.ValidString(name) {
			t.Errorf("ParseName(%q) = %q", s, name)
		}
		if again, fault := flows.ParseName(name); again != name || fault != "" {
			t.Errorf("ParseName is not idempotent: %q, %q, %q", name, again, fault)
		}
	})
}

func TestParsePhone(t *testing.T) {
	for in, want := range map[string]string{
		"+79161234567": "+79161234567", "89161234567": "+79161234567", "79161234567": "+79161234567", "9161234567": "+79161234567",
		"+7 (916) 123-45-67": "+79161234567", "8 916 123 45 67": "+79161234567", "8(916)1234567": "+79161234567", "8.916.123.45.67": "+79161234567",
		"8–916—123‑45−67": "+79161234567", "(+7) 916 1234567": "+79161234567", "+７ ９１６ １２３４５６７": "+79161234567", " +7 999 000 00 00 ": "+79990000000",
		"": "fault.phone_short", "+": "fault.phone_short", "112": "fault.phone_short", "+7916123456": "fault.phone_short", "123-45-67": "fault.phone_short",
		"+791612345678": "fault.phone_long", "891612345678": "fault.phone_long", "1234567890123456": "fault.phone_long",
		"восемь": "fault.phone_letters", "+7 916 123-45-67 доб. 1": "fault.phone_letters", "8916+1234567": "fault.phone_letters", "++79161234567": "fault.phone_letters", "89161234567;": "fault.phone_letters",
		"84957633434": "fault.phone_landline", "88001234567": "fault.phone_landline",
		"+77001234567": "fault.phone_foreign", "+375291234567": "fault.phone_foreign", "+12025550123": "fault.phone_foreign", "+4915123456789": "fault.phone_foreign",
		"+70161234567": "fault.phone_unknown", "+89161234567": "fault.phone_unknown", "+0009161234567": "fault.phone_unknown",
	} {
		phone, fault := flows.ParsePhone(in)
		if got := string(phone) + string(fault); got != want {
			t.Errorf("ParsePhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, seed := range []string{"+79161234567", "8 (916) 123-45-67", "+7 700 1234567", "٠١٢٣٤٥٦٧٨٩", "+", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		phone, fault := flows.ParsePhone(s)
		if (phone == "") == (fault == "") {
			t.Fatalf("ParsePhone(%q) = %q, %q", s, phone, fault)
		}
		if fault != "" {
			return
		}
		if len(phone) != 12 || !strings.HasPrefix(string(phone), "+79") || len(phone.Block()) != 8 {
			t.Errorf("ParsePhone(%q) = %q", s, phone)
		}
		for _, spelling := range []string{string(phone), phone.Pretty(), "8" + string(phone[2:])} {
			if again, fault := flows.ParsePhone(spelling); again != phone || fault != "" {
				t.Errorf("ParsePhone(%q) = %q, %q; want %q", spelling, again, fault, phone)
			}
		}
	})
}

func TestParseEmail(t *testing.T) {
	local64 := strings.Repeat("a", 64)
	for in, want := range map[string]string{
		"anna@mail.ru": "anna@mail.ru", " Anna.Sokolova@MAIL.Ru ": "anna.sokolova@mail.ru", "a+b_c-d@ya.ru": "a+b_c-d@ya.ru",
		"anna@почта.рф": "anna@xn--80a1acny.xn--p1ai", "anna@xn--80a1acny.xn--p1ai": "anna@xn--80a1acny.xn--p1ai", local64 + "@mail.ru": local64 + "@mail.ru",
		"a@b@mail.ru": "fault.email_form", "anna": "fault.email_at", "": "fault.email_at", "@": "fault.email_domain", "@mail.ru": "fault.email_form", "anna@": "fault.email_domain",
		"anna@mail": "fault.email_domain", "anna@.ru": "fault.email_domain", "anna@mail.ru.": "fault.email_domain", "anna@mail_1.ru": "fault.email_domain",
		"anna@127.0.0.1": "fault.email_domain", "anna@[127.0.0.1]": "fault.email_domain", "anna@-mail.ru": "fault.email_domain",
		"anna..s@mail.ru": "fault.email_form", ".anna@mail.ru": "fault.email_form", local64 + "a@mail.ru": "fault.email_form",
		"Анна <anna@mail.ru>": "fault.email_plain", `"anna"@mail.ru`: "fault.email_plain", "anna@mail.ru, b@mail.ru": "fault.email_plain", "an na@mail.ru": "fault.email_plain",
		"a> ORCPT=x@mail.ru": "fault.email_plain", "anna@mail.ru\r\nBcc: x@y.ru": "fault.email_plain",
		"анна@mail.ru": "fault.email_local", "an\u200bna@mail.ru": "fault.email_hidden", "\u202eanna@mail.ru": "fault.email_hidden", "anna\x00@mail.ru": "fault.email_hidden",
		strings.Repeat("a", 250) + "@mail.ru": "fault.email_long", "a@" + strings.Repeat("абв.", 40) + "рф": "fault.email_long",
		"a@" + strings.Repeat("a.", 120) + "ru": "a@" + strings.Repeat("a.", 120) + "ru",
	} {
		email, fault := flows.ParseEmail(in)
		if got := string(email) + string(fault); got != want {
			t.Errorf("ParseEmail(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"anna@mail.ru", "Анна <a@b.ru>", "a@почта.рф", "a@b@c.d", "a@xn--.ru", "\xff@mail.ru", "0@0.\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, fault := flows.ParseEmail(s)
		if (email == "") == (fault == "") {
			t.Fatalf("ParseEmail(%q) = %q, %q", s, email, fault)
		}
		if fault != "" {
			return
		}
		for i := range len(email) {
			if email[i] <= ' ' || email[i] >= 0x7f {
				t.Fatalf("ParseEmail(%q) = %q", s, email)
			}
		}
		if again, fault := flows.ParseEmail(string(email)); again != email || fault != "" {
			t.Errorf("ParseEmail is not idempotent: %q, %q, %q", email, again, fault)
		}
		if mended, ok := email.Suggest(); ok {
			if again, fault := flows.ParseEmail(string(mended)); again != mended || fault != "" {
				t.Errorf("suggested %q for %q: %q, %q", mended, email, again, fault)
			}
			if _, ok := mended.Suggest(); ok {
				t.Errorf("the suggestion %q is mended again", mended)
			}
		}
		_ = email.Pretty() + email.Masked()
	})
}

func TestEmail_Suggest(t *testing.T) {
	for in, want := range map[string]string{
		"gmial.com": "gmail.com", "gmail.co": "gmail.com", "gmail.con": "gmail.com", "gmal.com": "gmail.com", "ggmail.com": "gmail.com", "mail.tu": "mail.ru",
		"mial.ru": "mail.ru", "mail.rus": "mail.ru", "maill.ru": "mail.ru", "yandx.ru": "yandex.ru", "yadnex.ru": "yandex.ru", "yandex.tu": "yandex.ru",
		"rambler.r": "rambler.ru", "iclod.com": "icloud.com", "bk.tu": "bk.ru", "ya.ri": "ya.ru", "mаil.ru": "mail.ru", "уandex.ru": "yandex.ru", // the last two hold Cyrillic letters
		"gmail.com": "", "mail.ru": "", "ya.ru": "", "mail.com": "", "email.ru": "", "yandex.com": "", "vk.ru": "", "example.org": "", "pochta.ru": "", "почта.рф": "", "x.ru": "", "mos.ru": "",
	} {
		email, fault := flows.ParseEmail("anna@" + in)
		if fault != "" {
			t.Fatal(in, fault)
		}
		mended, ok := email.Suggest()
		if ok != (want != "") || ok && string(mended) != "anna@"+want {
			t.Errorf("Suggest(%q) = %q, %v; want %q", in, mended, ok, want)
		}
	}
}

func TestContacts_Shown(t *testing.T) {
	for got, want := range map[string]string{
		flows.Phone("+79161234567").Pretty(): "+7 916 123-45-67", flows.Phone("+79161234567").Masked(): "+7 916 ***-**-67", flows.Phone("+79161234567").Block(): "+7916123",
		flows.Phone("x").Pretty(): "x", flows.Phone("x").Masked(): "***", flows.Phone("x").Block(): "x",
		flows.Email("anna@xn--80a1acny.xn--p1ai").Pretty(): "anna@почта.рф", flows.Email("anna@mail.ru").Masked(): "a***@mail.ru", flows.Email("@").Masked(): "***", flows.Email("anna").Masked(): "***",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseFlat(t *testing.T) {
	for in, want := range map[string]string{
		"12": "12", " кв.  12 а ": "кв. 12 а", "12/1": "12/1", "12-А": "12-А", "№ 5": "№ 5", strings.Repeat("1", 16): strings.Repeat("1", 16),
		"": "", "-": "", "№": "", strings.Repeat("1", 17): "", "12?": "", "<b>": "", "12\u200b": "", "12\u0483": "", "１２": "", "😀": "",
	} {
		got, ok := flows.ParseFlat(in)
		if got != want || ok != (want != "") {
			t.Errorf("ParseFlat(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func FuzzParseFlat(f *testing.F) {
	for _, seed := range []string{"12", "кв. 012А", " ", "\xff", "\u0483"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		flat, ok := flows.ParseFlat(s)
		if !ok {
			if flat != "" {
				t.Errorf("ParseFlat(%q) refused and returned %q", s, flat)
			}
			return
		}
		if again, ok := flows.ParseFlat(flat); !ok || again != flat || utf8.RuneCountInString(flat) > flows.MaxFlat {
			t.Errorf("ParseFlat is not idempotent: %q, %q", flat, again)
		}
	})
}

// Ensure that a masked name shows one letter, whatever it is written in.
func TestMaskName(t *testing.T) {
	for name, want := range map[string]string{"": "", "Соколова": "С***", "Я": "Я***", "Римская-Корсакова": "Р***", "Ann": "A***"} {
		if got := flows.MaskName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
