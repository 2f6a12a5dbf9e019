package directory

import (
	"encoding/binary"
	"fmt"
	"slices"

	"mvkbot/flows"
)

// A contract's key is its number. Its value is a version byte, one byte each
// for kind, holder and status, the length of the flat number as an unsigned
// varint, the flat number, and the address to the end.
const valueVersion = 1

// The bytes that stand for kinds, holders and statuses are the places in these
// lists: append to them, never reorder.
var (
	kinds    = []flows.Kind{flows.KindFlat, flows.KindApartments, flows.KindNonresidential, flows.KindHouse}
	holders  = []flows.Holder{flows.HolderPerson, flows.HolderCompany}
	statuses = []flows.Status{flows.StatusActive, flows.StatusClosed}
)

// appendValue appends the value of c, which a row reader made: its words are
// in the lists.
func appendValue(b []byte, c flows.Contract) []byte {
	b = append(b, valueVersion,
		byte(slices.Index(kinds, c.Kind)), byte(slices.Index(holders, c.Holder)), byte(slices.Index(statuses, c.Status)))
	b = binary.AppendUvarint(b, uint64(len(c.Flat)))
	b = append(b, c.Flat...)
	return append(b, c.Address...)
}

// decodeValue reads what appendValue wrote and copies what it keeps.
func decodeValue(n flows.Number, v []byte) (flows.Contract, error) {
	if len(v) < 5 || v[0] != valueVersion {
		return flows.Contract{}, fmt.Errorf("%w: unknown record", ErrBroken)
	}
	if int(v[1]) >= len(kinds) || int(v[2]) >= len(holders) || int(v[3]) >= len(statuses) {
		return flows.Contract{}, fmt.Errorf("%w: unknown word in a record", ErrBroken)
	}
	size, n0 := binary.Uvarint(v[4:])
	if n0 <= 0 || size > uint64(len(v)-4-n0) {
		return flows.Contract{}, fmt.Errorf("%w: cut record", ErrBroken)
	}
	rest := v[4+n0:]
	return flows.Contract{
		Number: n, Kind: kinds[v[1]], Holder: holders[v[2]], Status: statuses[v[3]],
		Flat: string(rest[:size]), Address: string(rest[size:]),
	}, nil
}
