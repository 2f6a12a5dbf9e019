package bot

import "testing"

// Ensure that no call aside begins once the bot has ended.
func TestAsidesEnd(t *testing.T) {
	a := asides{slots: make(chan struct{}, 1)}
	called := 0
	a.run(func() { called++ })
	a.close()
	a.run(func() { called++ })
	a.close()
	if called != 1 {
		t.Errorf("%d calls", called)
	}
}
