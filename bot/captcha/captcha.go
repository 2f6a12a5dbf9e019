// Package captcha draws and speaks the code by which a resident shows that no
// program fills in the form.
//
// [Draw] promises the same picture for the same answer and seed, so that a
// message sent again after a crash shows what the first one showed. [Speak]
// reads the same digits aloud in Russian for whoever cannot see them.
//
// The package keeps nothing, logs nothing and chooses no answers: answer and
// seed come from a cryptographic source elsewhere, and neither appears in a
// file name or an error. It refuses answers that are not digits. A picture
// stops simple optical recognition, not a network trained on this very
// package; the limits on tries and pictures are the real defence.
package captcha

import "errors"

// maxDigits bounds an answer: more would neither fit the picture legibly nor
// be remembered by a listener.
const maxDigits = 10

// ErrAnswer is returned by [Draw] and [Speak] for an answer that is not 1 to
// 10 ASCII digits. It never holds the answer.
var ErrAnswer = errors.New("captcha answer is not 1 to 10 digits")

func checkAnswer(answer string) error {
	if len(answer) < 1 || len(answer) > maxDigits {
		return ErrAnswer
	}
	for i := range len(answer) {
		if answer[i] < '0' || answer[i] > '9' {
			return ErrAnswer
		}
	}
	return nil
}
