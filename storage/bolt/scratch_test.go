package bolt_test
import ("testing";"mvkbot/storage/bolt";"mvkbot/storage";"encoding/binary";"time";"os")
func TestScratch(t *testing.T) {
	path := newPath(t)
	d, _ := bolt.Open(t.Context(), path, bolt.Options{MaxSize: 1000<<20})
	v := make([]byte, 600)
	s := time.Now()
	for c := range uint64(25) {
		if err := d.Update(t.Context(), func(tx storage.Tx) error {
			for i := range uint64(20000) { tx.Put(binary.BigEndian.AppendUint64(nil, (c*20000+i)), v) }
			return nil
		}); err != nil { t.Fatal(err) }
	}
	t.Log("fill", time.Since(s), d.Size()>>20)
	s = time.Now(); t.Log(d.Check(t.Context())); t.Log("live check", time.Since(s))
	hog := string(make([]byte, 800<<20))
	s = time.Now(); err := d.Update(t.Context(), put("hog", hog)); t.Log("nospace", time.Since(s), err)
	f, _ := os.Create(path+".bak")
	s = time.Now(); _, err = d.Backup(t.Context(), f); t.Log("backup", time.Since(s), err); f.Close()
	d.Close()
	s = time.Now(); d, err = bolt.Open(t.Context(), path, bolt.Options{}); t.Log("open", time.Since(s), err); d.Close()
	s = time.Now(); err = bolt.Check(t.Context(), path); t.Log("check", time.Since(s), err)
}
