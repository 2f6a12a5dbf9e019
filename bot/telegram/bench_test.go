//go:build unix

package telegram

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reportCPU adds what the whole process used, both ends of the loopback and the
// collector included: unlike ns/op it does not depend on what else the machine does.
func reportCPU(b *testing.B) {
	used := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	from := used()
	b.Cleanup(func() { b.ReportMetric(float64((used()-from).Nanoseconds())/float64(b.N), "cpu-ns/op") })
}

// BenchmarkDo is the cost of one sendMessage on loopback, this server included;
// "bare" is the same exchange with net/http alone, the floor under it.
func BenchmarkDo(b *testing.B) {
	handler := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, okMessage)
	}
	params := map[string]string{"chat_id": "123456789", "parse_mode": "HTML", "text": strings.Repeat("Здравствуйте! ", 10),
		"reply_markup": `{"inline_keyboard":[[{"text":"Да","callback_data":"yes"}]]}`}
	b.Run("bare", func(b *testing.B) {
		c := serve(b, handler)
		values := url.Values{}
		for k, v := range params {
			values.Set(k, v)
		}
		body := values.Encode()
		b.SetParallelism(32)
		b.ReportAllocs()
		reportCPU(b)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				req, _ := http.NewRequest(http.MethodPost, strings.Replace(c.endpoint, "%s/%s", "x/sendMessage", 1), strings.NewReader(body))
				resp, err := c.wire.RoundTrip(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	})
	b.Run("Do", func(b *testing.B) {
		c := serve(b, handler)
		b.SetParallelism(32)
		b.ReportAllocs()
		reportCPU(b)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := c.Do(b.Context(), Call{Method: "sendMessage", Params: params}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("memory", func(b *testing.B) {
		c := clientOf(b, "http://127.0.0.1:1", nil)
		c.wire = roundTrip(func(r *http.Request) (*http.Response, error) {
			_, _ = io.Copy(io.Discard, r.Body)
			return &http.Response{StatusCode: 200, ContentLength: int64(len(okMessage)), Body: io.NopCloser(strings.NewReader(okMessage))}, nil
		})
		b.ReportAllocs()
		reportCPU(b)
		for b.Loop() {
			if _, err := c.Do(b.Context(), Call{Method: "sendMessage", Params: params}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
