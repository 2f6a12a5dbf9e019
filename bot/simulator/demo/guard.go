package demo

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// pagePolicy lets the page load its own files and nothing else, and forbids
// its scripts to make HTML out of text.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// letterPolicy draws a letter's HTML with its own inline styles, in an origin
// of its own, with no script, no form and no request to anybody.
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"

// filePolicy makes a file from the chat inert even when opened by itself.
const filePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// guard refuses whoever is not the page itself or a program on this machine:
// a foreign Host (DNS rebinding), a foreign Origin, a request that another
// site's page made the browser send. A GET that shows the page is allowed from
// anywhere, or a link to it would not work.
func guard(next http.Handler) http.Handler {
	var origin http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !loopback(r.Host):
			http.Error(w, "this page answers to loopback addresses only", http.StatusMisdirectedRequest)
		case origin.Check(r) != nil, foreign(r):
			http.Error(w, "requests of other sites are refused", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign reports that another site's page asked for something that only the
// page's own scripts, or programs, have a use for.
func foreign(r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/gateway/") {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	return true
}

// loopback reports that host, with or without a port, names this machine only.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
