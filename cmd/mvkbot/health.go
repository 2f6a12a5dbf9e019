package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// health tells whether the program lives and works:
//
//	/healthz  200 as long as the process answers
//	/readyz   200 when all checks pass, else 503 with the names of those that fail
//	/metrics  the registry in Prometheus' format
type health struct {
	checks map[string]func() error
}

// newHealth serves the three pages. A check reads a state that others keep: it
// returns at once, may run several times at once, and its error shows nowhere.
func newHealth(checks map[string]func() error, registry *prometheus.Registry) http.Handler {
	h := &health{checks: checks}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	return mux
}

func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	var failing []string
	for _, name := range slices.Sorted(maps.Keys(h.checks)) {
		if h.checks[name]() != nil {
			failing = append(failing, name)
		}
	}
	if len(failing) > 0 {
		answer(w, http.StatusServiceUnavailable, strings.Join(failing, "\n"))
		return
	}
	answer(w, http.StatusOK, "ok")
}

// answer writes a page of plain text.
func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	io.WriteString(w, text+"\n")
}

// newRegistry is an empty registry with the measures of Go and of the process.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return registry
}

// serveHealth answers on the listener until the context ends, lets running
// answers finish for at most 5 s, and closes the listener. It returns nil then.
func serveHealth(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	const grace = 5 * time.Second
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	unhook := context.AfterFunc(ctx, func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- server.Shutdown(bounded)
	})
	err := server.Serve(l)
	if !errors.Is(err, http.ErrServerClosed) {
		unhook()
		return err
	}
	if err := <-stopped; err != nil {
		return server.Close() // answers that outlive the grace are cut
	}
	return nil
}
