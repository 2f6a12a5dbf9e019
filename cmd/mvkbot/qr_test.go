package main

import (
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"mvkbot/storage/directory"
)

// Ensure that the QR code on a bill holds the link that the bot understands, a
// Cyrillic flat in Latin look-alikes.
func TestContractsQR(t *testing.T) {
	dir := t.TempDir()
	csv, db := filepath.Join(dir, "c.csv"), filepath.Join(dir, "c.db")
	rows := "number;kind;flat;address;holder;status\n1234567890;квартира;12А;Москва;физлицо;действует\n77;дом;;Москва;физлицо;действует\nЖ1;дом;;Москва;физлицо;действует\n"
	if err := os.WriteFile(csv, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := directory.Import(t.Context(), db, csv, directory.ImportOptions{Strict: true}); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]string{"1234567890": "https://t.me/mvk_bot?start=ls_1234567890_12a", "77": "https://t.me/mvk_bot?start=ls_77"} {
		status, stdout, stderr := outcome(t, []string{"MVKBOT_CONTRACTS=" + db}, "contracts", "qr", number, "--bot", "mvk_bot", "--out", dir)
		if status != exitOK || !strings.HasSuffix(stdout, want+"\n") {
			t.Fatalf("status %d: %s%s", status, stdout, stderr)
		}
		f, err := os.Open(filepath.Join(dir, number+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		picture, _, err := image.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		bits, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
		if err != nil {
			t.Fatal(err)
		}
		if read.GetText() != want {
			t.Errorf("the code reads %q, want %q", read.GetText(), want)
		}
		if svg, err := os.ReadFile(filepath.Join(dir, number+".svg")); err != nil || !strings.HasPrefix(string(svg), "<svg") {
			t.Errorf("svg: %v", err)
		}
	}
	for _, args := range [][]string{{"8", "--bot", "mvk_bot"}, {"Ж1", "--bot", "mvk_bot"}, {"77", "--bot", "a/b"}, {"x", "--bot", "mvk_bot"}} {
		if status, _, _ := outcome(t, []string{"MVKBOT_CONTRACTS=" + db}, append([]string{"contracts", "qr", "--out", dir}, args...)...); status != exitFailed {
			t.Errorf("%v: status %d", args, status)
		}
	}
}
