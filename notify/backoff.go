package notify

import "time"

// The waits between attempts of a letter or an SMS.
const (
	firstWait = time.Second
	lastWait  = time.Minute
)

// Backoff returns how long to wait after the attempt of this number (the first
// is 1) has failed: 1, 2, 4 … 60 seconds. A jitter in [0, 1), drawn by the
// caller, shortens the wait by up to a half, so that messages that failed
// together do not return together; 0 leaves it whole.
func Backoff(attempt int, jitter float64) time.Duration {
	wait := firstWait
	for n := 1; n < attempt && wait < lastWait; n++ {
		wait *= 2
	}
	wait = min(wait, lastWait)
	jitter = min(max(jitter, 0), 1)
	return wait - time.Duration(jitter*float64(wait/2))
}
