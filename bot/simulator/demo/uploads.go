package demo

import (
	"io"
	"net/http"
	"strconv"
)

// sendFile sends the request's body as a photo, a voice message or a document; the
// query may hold its name, a caption, and the message that it answers.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request) (any, error) {
	user, err := chat(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	replyTo, err := strconv.Atoi(query.Get("replyTo"))
	if err != nil && query.Get("replyTo") != "" {
		return nil, errBadRequest
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFile))
	if err != nil {
		return nil, err
	}
	if len(content) == 0 {
		return nil, errBadRequest
	}
	switch r.PathValue("kind") {
	case "photo":
		_, err = s.simulator.ReplyPhoto(user, replyTo, content, query.Get("caption"))
	case "voice":
		_, err = s.simulator.SendVoice(user, content)
	case "document":
		_, err = s.simulator.ReplyDocument(user, replyTo, query.Get("name"), content, query.Get("caption"))
	default:
		err = errBadRequest
	}
	return nil, err
}
