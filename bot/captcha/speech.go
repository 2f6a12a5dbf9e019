package captcha

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/mojocn/base64Captcha"
)

// encodeWithin bounds one run of opusenc, which takes about 0.3 s: a resident
// who waits is better served by a document.
const encodeWithin = 10 * time.Second

// Speech is an answer spoken in Russian.
type Speech struct {
	Name  string // "code.ogg" or "code.wav", the same for every answer
	Voice bool   // true: OGG with Opus, fit for sendVoice; false: a WAV document
	Data  []byte
}

// Speak returns the digits of the answer spoken in Russian, among beeps and a
// murmur that differ from call to call. It is a voice message when opusenc
// (Debian: opus-tools) is on PATH at the time of the call and succeeds, and a
// WAV document otherwise. An answer that is not 1 to 10 digits is refused with
// [ErrAnswer]; an ended ctx is told as its own error.
func Speak(ctx context.Context, answer string) (Speech, error) {
	return speak(ctx, answer, encodeWithin)
}

func speak(ctx context.Context, answer string, within time.Duration) (Speech, error) {
	if err := checkAnswer(answer); err != nil {
		return Speech{}, err
	}
	wav, err := recording(answer)
	if err != nil {
		return Speech{}, err
	}
	if ogg, ok := encode(ctx, wav, within); ok {
		return Speech{Name: "code.ogg", Voice: true, Data: ogg}, nil
	}
	if err := ctx.Err(); err != nil {
		return Speech{}, fmt.Errorf("speak captcha: %w", err)
	}
	return Speech{Name: "code.wav", Data: wav}, nil
}

// recording returns the answer as WAV: 8 kHz, 8 bits, one channel.
func recording(answer string) ([]byte, error) {
	item, err := base64Captcha.NewDriverAudio(len(answer), "ru").DrawCaptcha(answer)
	if err != nil {
		return nil, fmt.Errorf("record captcha: %w", err)
	}
	var buf bytes.Buffer
	if _, err := item.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("record captcha: %w", err)
	}
	return buf.Bytes(), nil
}

// encode turns WAV into Opus by opusenc; false means that there is no opusenc
// or that it did not do its work. The recording goes through pipes, never
// through a file, and the environment is not passed on: it holds secrets.
func encode(ctx context.Context, wav []byte, within time.Duration) ([]byte, bool) {
	path, err := exec.LookPath("opusenc")
	if err != nil {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--quiet", "--bitrate", "16", "--speech", "-", "-")
	cmd.Env = []string{}
	cmd.Stdin = bytes.NewReader(wav)
	// A child of opusenc's that keeps the pipe open must not hold the turn.
	cmd.WaitDelay = time.Second
	ogg, err := cmd.Output()
	if err != nil || !bytes.HasPrefix(ogg, []byte("OggS")) {
		return nil, false
	}
	return ogg, true
}
