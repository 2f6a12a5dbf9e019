package simulator

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	_ "image/gif"  // pictures that Telegram takes
	_ "image/jpeg" // pictures that Telegram takes
	_ "image/png"  // pictures that Telegram takes
	"mime"
	"net/http"
	"path"
	"strconv"
	"sync"
	"time"
)

// Limits of files (Bot API, getFile and sendPhoto).
const (
	maxDownload   = 20 << 20
	linkLasts     = time.Hour // after getFile
	maxPhoto      = 10 << 20
	maxPhotoSides = 10000 // width and height together
	maxPhotoRatio = 20
)

// file is one uploaded file. Its content does not change.
type file struct {
	id, unique    string
	kind          string // of the message that brought it
	path          string
	name, mime    string
	data          []byte
	width, height int
	holders       int       // messages that show it; guarded by files.mu
	linked        time.Time // until when its path is good; guarded by files.mu
}

// files are all files by id and by download path.
type files struct {
	mu     sync.Mutex
	byID   map[string]*file
	byPath map[string]*file
	count  int
}

// folders are where Telegram keeps the kinds, and what their names end in.
var folders = map[string][2]string{
	"photo": {"photos", ".jpg"}, "document": {"documents", ""}, "voice": {"voice", ".oga"},
	"audio": {"music", ".mp3"}, "sticker": {"stickers", ".webp"},
}

// add keeps an upload. The id is stable as long as a message shows the file, and is
// the bot's handle only: unique identifies the content.
func (fs *files) add(kind, name string, data []byte, width, height int) *file {
	sum := fnv.New64a()
	sum.Write(data)
	f := &file{
		kind: kind, name: name, mime: mimeOf(kind, name, data), data: data, width: width, height: height,
		unique: "AQAD" + strconv.FormatUint(sum.Sum64(), 36),
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.count++
	f.id = fmt.Sprintf("AgACAgIAAxkB%06d-%s", fs.count, f.unique)
	folder := folders[kind]
	ending := folder[1]
	if ending == "" {
		ending = path.Ext(name)
	}
	f.path = fmt.Sprintf("%s/file_%d%s", folder[0], fs.count, ending)
	fs.byID[f.id] = f
	fs.byPath[f.path] = f
	return f
}

func mimeOf(kind, name string, data []byte) string {
	switch kind {
	case "voice":
		return "audio/ogg"
	case "document", "audio":
		if byName := mime.TypeByExtension(path.Ext(name)); byName != "" {
			kind, _, _ = mime.ParseMediaType(byName)
			return kind
		}
	}
	kind, _, _ = mime.ParseMediaType(http.DetectContentType(data))
	return kind
}

func (fs *files) get(id string) *file {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.byID[id]
}

// link makes the file's path good for a while.
func (fs *files) link(f *file, now time.Time) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.linked = now.Add(linkLasts)
}

// at returns the file of a path that is good now; nil for any other.
func (fs *files) at(path string, now time.Time) *file {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f := fs.byPath[path]; f != nil && now.Before(f.linked) {
		return f
	}
	return nil
}

// hold and release count the messages that show a file; the last release forgets it.
func (fs *files) hold(f *file) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.holders++
}

func (fs *files) release(f *file) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.holders--
	fs.drop(f)
}

// swap is a release of one and a hold of the other; old may be nil.
func (fs *files) swap(old, held *file) {
	fs.hold(held)
	if old != nil {
		fs.release(old)
	}
}

// forget drops an upload that no message came to show.
func (fs *files) forget(f *file) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.drop(f)
}

func (fs *files) drop(f *file) {
	if f.holders <= 0 {
		delete(fs.byID, f.id)
		delete(fs.byPath, f.path)
	}
}

// File returns the bytes of a file, which must not be written to. The error is
// ErrNoFile.
func (s *Server) File(id string) ([]byte, File, error) {
	f := s.files.get(id)
	if f == nil {
		return nil, File{}, ErrNoFile
	}
	return f.data, f.public(), nil
}

// picture keeps a photo with its real measures, or tells what is wrong with it.
func (s *Server) picture(data []byte) (*file, *failure) {
	if len(data) > maxPhoto {
		return nil, bad("file is too big")
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, bad("IMAGE_PROCESS_FAILED")
	}
	long, short := max(c.Width, c.Height), min(c.Width, c.Height)
	if short == 0 || c.Width+c.Height > maxPhotoSides || long > maxPhotoRatio*short {
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	return s.files.add("photo", "", data, c.Width, c.Height), nil
}

func (f *file) public() File {
	return File{ID: f.id, Name: f.name, MIME: f.mime, Size: int64(len(f.data)), Width: f.width, Height: f.height}
}

func (f *file) photo() *wireFile {
	return &wireFile{ID: f.id, UniqueID: f.unique, Size: len(f.data), Width: f.width, Height: f.height}
}

func (f *file) document() *wireFile {
	return &wireFile{ID: f.id, UniqueID: f.unique, Size: len(f.data), Name: f.name, MIME: f.mime}
}

func (f *file) sound(seconds int) *wireFile {
	w := f.document()
	w.Duration = &seconds
	return w
}

func (f *file) sticker() *wireSticker {
	return &wireSticker{ID: f.id, UniqueID: f.unique, Type: "regular", Width: f.width, Height: f.height, Emoji: "🙂", Size: len(f.data)}
}
