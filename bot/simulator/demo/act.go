package demo

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"mvkbot/bot/simulator"
)

// Bounds on what the page may send.
const (
	maxJSON = 64 << 10 // bytes of a request that holds no file
	maxFile = 20 << 20 // bytes of a file: what Telegram lets a bot download
)

// refusal is a reason that the page shows to the person as it is.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return r.text }

// Refusals of the page's API.
var (
	errBadRequest = refusal{http.StatusBadRequest, "Страница прислала непонятный запрос."}
	errTooLarge   = refusal{http.StatusRequestEntityTooLarge, "Файл больше 20 МБ."}
	errNoResident = refusal{http.StatusNotFound, "Такого жителя нет."}
	errNoMessage  = refusal{http.StatusConflict, "Этого сообщения уже нет, или его нельзя изменить."}
	errNoButton   = refusal{http.StatusConflict, "Этой кнопки уже нет."}
	errBadText    = refusal{http.StatusBadRequest, "Telegram не отправит такое сообщение: от 1 до 4096 символов."}
	errBadPicture = refusal{http.StatusBadRequest, "Это не картинка: нужен файл PNG, JPEG или GIF до 10 МБ."}
	errNoAnswer   = refusal{http.StatusGatewayTimeout, "Бот не ответил на нажатие."}
	errFailed     = refusal{http.StatusInternalServerError, "Не получилось. Подробности в журнале демо."}
)

// act makes a handler of f: what f returns is sent as JSON, nothing as 204, an
// error as {"error": a Russian sentence}.
func (s *Server) act(f func(w http.ResponseWriter, r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := f(w, r)
		status := http.StatusOK
		switch {
		case err != nil:
			why := refuse(err)
			if why == errFailed {
				s.log.Error("request failed", "path", r.Pattern, "err", err)
			}
			status, answer = why.status, map[string]string{"error": why.text}
		case answer == nil:
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // the browser left
	}
}

// refuse finds what to tell the person about err.
func refuse(err error) refusal {
	var r refusal
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &r):
		return r
	case errors.As(err, &large):
		return errTooLarge
	case errors.Is(err, simulator.ErrUnknownUser):
		return errNoResident
	case errors.Is(err, simulator.ErrNoButton):
		return errNoButton
	case errors.Is(err, simulator.ErrNoMessage):
		return errNoMessage
	case errors.Is(err, simulator.ErrBadPicture):
		return errBadPicture
	case errors.Is(err, simulator.ErrBadText):
		return errBadText
	}
	return errFailed
}

// read decodes the request's JSON body into v.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return errBadRequest
	}
	if _, err := d.Token(); err != io.EOF {
		return errBadRequest
	}
	return nil
}

// chat returns the resident whom the request's path names.
func chat(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("user"), 10, 64)
	if err != nil {
		return 0, errNoResident
	}
	return id, nil
}
