package sms

import "unicode/utf16"

// Capacities of one message and of one part of a longer one, in septets and in
// UTF-16 units (3GPP TS 23.040 §9.2.3.24.1).
const (
	gsmSingle, gsmPart = 160, 153
	ucsSingle, ucsPart = 70, 67
)

// gsmBasic and gsmExtended are the alphabet of 3GPP TS 23.038 §6.2.1 in one
// septet and, escaped, in two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

var septets = func() map[rune]int {
	m := map[rune]int{}
	for _, r := range gsmBasic {
		m[r] = 1
	}
	for _, r := range gsmExtended {
		m[r] = 2
	}
	return m
}()

// Segments returns how many messages a text takes (and costs): 160 characters
// of the GSM alphabet, or 70 once a single one is outside it, as Russian letters
// are; 153 and 67 when there are several. An empty text takes none. A gateway
// may use UCS-2 for everything, as ours asks Kannel to.
func Segments(text string) int {
	isGSM := true
	for _, r := range text {
		if septets[r] == 0 {
			isGSM = false
			break
		}
	}
	width, single, part := utf16.RuneLen, ucsSingle, ucsPart
	if isGSM {
		width, single, part = func(r rune) int { return septets[r] }, gsmSingle, gsmPart
	}
	total, parts, used := 0, 1, 0
	for _, r := range text {
		w := max(width(r), 1)
		total += w
		if used+w > part { // an escape or a surrogate pair is never torn apart
			parts, used = parts+1, 0
		}
		used += w
	}
	switch {
	case total == 0:
		return 0
	case total <= single:
		return 1
	}
	return parts
}
