package flows

// Approval is a deed of staff that waits for a second person (SPEC §3).
type Approval struct {
	Number uint64 `cbor:"1,keyasint"`
	Line   string `cbor:"2,keyasint"` // the command as it was given
	By     int64  `cbor:"3,keyasint"`
	At     int64  `cbor:"4,keyasint"`
	Role   Role   `cbor:"5,keyasint"` // that the second person must have
	// Pin is the hash of what was shown: when that is another by then, nothing is done.
	Pin     [32]byte `cbor:"6,keyasint,omitzero"`
	Subject uint64   `cbor:"7,keyasint,omitempty"` // in the audit log: on whom; whose deletion ends it
}
