package admin

import "testing"

// Ensure that no contact stands in a detail, and that everything else does.
func TestMaskDetail(t *testing.T) {
	for detail, want := range map[string]string{
		"": "", "1011234567": "1011234567", "паспорт предъявлен": "паспорт предъявлен", "102 → 105": "102 → 105",
		"+79161234567": "+7 916 ***-**-67", "anna@mail.ru → boris@mail.ru": "a***@mail.ru → b***@mail.ru", "жалоба на ё@ж и @": "жалоба на *** и ***", "+79": "***", "+7 916 ***-**-67": "+7 916 ***-**-67",
	} {
		if got := maskDetail(detail); got != want {
			t.Errorf("maskDetail(%q) = %q, want %q", detail, got, want)
		}
	}
}
