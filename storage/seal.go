package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"
)

// MinSecret is the least length of the secret in bytes.
const MinSecret = 32

// errUnsealed is what a record that was moved, cut or altered gives.
var errUnsealed = errors.New("record does not open: altered, or sealed with another key")

// sealer encrypts records at rest and hashes index keys. Both keys are derived
// from the one secret of the configuration.
//
// A sealed record is: format, key id (4 bytes), epoch (2 bytes), nonce,
// ciphertext, tag. The additional data is the header and the record's database
// key, so that no record can take another's place. Every epoch has a key of its
// own, which keeps the random nonces far below the 2³² that one key may see.
type sealer struct {
	secret []byte
	id     [4]byte
	index  []byte
	epochs sync.Map // uint16 → cipher.AEAD
	now    func() time.Time
}

const (
	sealFormat = 1
	sealHeader = 1 + 4 + 2
	epochDays  = 7
)

func newSealer(secret []byte, now func() time.Time) (*sealer, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("secret has %d bytes, want at least %d", len(secret), MinSecret)
	}
	s := &sealer{secret: secret, now: now}
	id, err := s.derive("key id", 4)
	if err != nil {
		return nil, err
	}
	s.id = [4]byte(id)
	s.index, err = s.derive("index", 32)
	return s, err
}

func (s *sealer) derive(purpose string, n int) ([]byte, error) {
	return hkdf.Key(sha256.New, s.secret, nil, "mvkbot "+purpose, n)
}

func (s *sealer) aead(epoch uint16) (cipher.AEAD, error) {
	if a, ok := s.epochs.Load(epoch); ok {
		return a.(cipher.AEAD), nil
	}
	key, err := s.derive(fmt.Sprintf("seal %d", epoch), 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	s.epochs.Store(epoch, a)
	return a, nil
}

// seal encrypts a record for the place key.
func (s *sealer) seal(key, plain []byte) ([]byte, error) {
	epoch := uint16(s.now().Unix() / (epochDays * 24 * 3600))
	a, err := s.aead(epoch)
	if err != nil {
		return nil, err
	}
	out := make([]byte, sealHeader, sealHeader+len(plain)+a.Overhead())
	out[0] = sealFormat
	copy(out[1:5], s.id[:])
	binary.BigEndian.PutUint16(out[5:], epoch)
	var buf [64]byte
	return a.Seal(out, nil, plain, append(append(buf[:0], out[:sealHeader]...), key...)), nil
}

// open decrypts the record found at key.
func (s *sealer) open(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sealHeader || sealed[0] != sealFormat || [4]byte(sealed[1:5]) != s.id {
		return nil, errUnsealed
	}
	a, err := s.aead(binary.BigEndian.Uint16(sealed[5:]))
	if err != nil {
		return nil, err
	}
	var buf [64]byte
	plain, err := a.Open(nil, nil, sealed[sealHeader:], append(append(buf[:0], sealed[:sealHeader]...), key...))
	if err != nil {
		return nil, errUnsealed
	}
	return plain, nil
}

// hashSize is the length of an index key's hash in bytes.
const hashSize = 16

// hash is the keyed hash under which a value is found in an index.
func (s *sealer) hash(kind, value string) []byte {
	mac := hmac.New(sha256.New, s.index)
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write([]byte(value))
	return mac.Sum(nil)[:hashSize]
}

// DeriveKey derives a further key from the secret for one purpose, so that the
// secret itself is used by nobody else.
func DeriveKey(secret []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, "mvkbot "+purpose, 32)
}
