package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
)

// fetch gets a file as a bot does.
func (r *rig) fetch(path string) (status int, content string) {
	r.Helper()
	resp, err := http.Get(r.web.URL + "/file/bot" + token + "/" + path)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// Ensure that a resident's file reaches the bot and, by its id, another chat; that its
// address is good for an hour after getFile and not before.
func TestFiles_OfResidents(t *testing.T) {
	r := newRig(t)
	r.must(r.Say(boris, "/start"))
	r.must(r.SendDocument(anna, "счёт.csv", []byte("a;b"), "вот"))
	doc := r.next().Message.Document
	if doc == nil || doc.FileName != "счёт.csv" || doc.FileSize != 3 {
		t.Fatalf("%+v", doc)
	}
	if status, _ := r.fetch("documents/file_1.csv"); status != 404 {
		t.Error("the address was good before getFile:", status)
	}
	var file struct {
		Path string `json:"file_path"`
		Size int    `json:"file_size"`
	}
	got := r.call("getFile", "file_id", doc.FileID)
	if err := json.Unmarshal(got.Result, &file); err != nil || file.Size != 3 {
		t.Fatal(string(got.Result), err)
	}
	r.now = r.now.Add(time.Hour - time.Second)
	if status, content := r.fetch(file.Path); status != 200 || content != "a;b" {
		t.Error(status, content)
	}
	r.now = r.now.Add(time.Second)
	if status, _ := r.fetch(file.Path); status != 404 {
		t.Error("the address is good for ever:", status)
	}

	r.sent("sendDocument", "chat_id", id(boris), "document", doc.FileID)
	if d := r.last(boris).Document; d == nil || d.ID != doc.FileID || d.Name != "счёт.csv" {
		t.Errorf("%+v", d)
	}
	r.must(r.SendPhoto(anna, picture(t, 90, 60), ""))
	photo := r.next().Message.Photo[0]
	r.sent("sendPhoto", "chat_id", id(boris), "photo", photo.FileID, "caption", "а это <b>фото</b>", "parse_mode", "HTML")
	if m := r.last(boris); m.Photo == nil || m.Photo.Width != 90 || m.Text != "а это фото" {
		t.Errorf("%+v", m)
	}
	r.blameless()
	if got := r.call("sendDocument", "chat_id", id(boris), "document", photo.FileID); got.OK || !strings.Contains(got.Description, "can't use file of type Photo as Document") {
		t.Error(got.Description)
	}
}

// Ensure that what Telegram lets no bot download is refused, and held against nobody.
func TestFiles_TooBig(t *testing.T) {
	r := newRig(t)
	for size, ok := range map[int]bool{20 << 20: true, 20<<20 + 1: false} {
		r.must(r.SendDocument(anna, "a.bin", make([]byte, size), ""))
		got := r.call("getFile", "file_id", r.last(anna).Document.ID)
		if got.OK != ok || !ok && (got.Code != 400 || got.Description != "Bad Request: file is too big") {
			t.Errorf("%d bytes: %d %s", size, got.Code, got.Description)
		}
	}
	if got := r.call("getFile", "file_id", "x"); got.Description != "Bad Request: wrong file_id or the file is temporarily unavailable" {
		t.Error(got.Description)
	}
	r.blameless()
}

// Ensure that the record of sends holds what was accepted, all chats in one order, with
// the server's time: also what the bot never heard of, and nothing that was refused.
func TestSends(t *testing.T) {
	r := newRig(t, func(o *simulator.Options) { o.KeepRequests = 3 })
	r.must(r.Say(boris, "/start"))
	send := func(user int64) answer { return r.call("sendMessage", "chat_id", id(user), "text", "a") }
	send(anna)
	r.now = start.Add(40 * time.Millisecond)
	send(boris)
	r.Inject(simulator.Fault{Kind: simulator.FaultDrop, Times: 1})
	if _, _, _, err := r.get("sendMessage?chat_id=501&text=a"); err == nil {
		t.Error("the answer came")
	}
	r.Inject(simulator.Fault{Kind: simulator.FaultFlood, Times: 1})
	send(boris)
	if err := r.Block(boris); err != nil {
		t.Fatal(err)
	}
	send(boris)
	r.now = start.Add(80 * time.Millisecond)
	r.sent("sendPhoto", "chat_id", id(anna), "photo", r.photo())
	r.call("editMessageCaption", "chat_id", id(anna), "message_id", id(int64(r.last(anna).ID)), "caption", "b")

	last := func(user int64) int { return r.last(user).ID }
	want := []simulator.Sent{ // the first of four is beyond the bound
		{Chat: boris, MessageID: last(boris), At: start.Add(40 * time.Millisecond)},
		{Chat: anna, MessageID: last(anna) - 2, At: start.Add(40 * time.Millisecond)},
		{Chat: anna, MessageID: last(anna), At: start.Add(80 * time.Millisecond)},
	}
	got := r.Sends()
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

// photo is the id of a picture that Anna has just sent.
func (r *rig) photo() string {
	r.Helper()
	r.must(r.SendPhoto(anna, picture(r, 90, 60), ""))
	return r.last(anna).Photo.ID
}
