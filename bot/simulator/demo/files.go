package demo

import (
	"bytes"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// shown are the types that the page may draw or play. All else is only saved.
var shown = map[string]bool{
	"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true,
	"audio/ogg": true, "audio/mpeg": true, "audio/wav": true, "audio/x-wav": true, "audio/wave": true,
}

// file serves the bytes of a file in a chat. What the browser may take for a
// page or a script goes out as an attachment, whatever the bot called it.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	content, f, err := s.simulator.File(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kind, _, _ := strings.Cut(f.MIME, ";")
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	if !shown[kind] {
		kind = "application/octet-stream"
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	h.Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// letterHTML serves the HTML part of a letter for a sandboxed frame.
func (s *Server) letterHTML(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	l, ok := s.letter(id)
	if err != nil || !ok || l.HTML == "" {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(l.HTML))
}
