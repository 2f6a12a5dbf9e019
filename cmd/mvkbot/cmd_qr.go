package main

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

type contractsQRCmd struct {
	Number string `arg:"" help:"The contract."`
	Bot    string `required:"" placeholder:"NAME" help:"Name of the bot in Telegram, without @."`
	Out    string `default:"." placeholder:"FOLDER" help:"Where <number>.png and <number>.svg are put (${default})."`
}

// botName is what Telegram takes for a bot's name.
var botName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{4,31}$`)

// Sizes of the code: a module is some pixels or units wide, with the quiet zone
// of four modules around that ISO/IEC 18004 asks for.
const (
	modulePixels = 10
	quietModules = 4
)

// Run writes the QR code of a contract's deep link for a paper bill.
func (c contractsQRCmd) Run(a *app) (err error) {
	if !botName.MatchString(c.Bot) {
		return errors.New("that is no name of a bot: want 5 to 32 letters, digits and _")
	}
	number, ok := flows.ParseNumber(c.Number)
	if !ok {
		return errNumber
	}
	d, err := directory.Open(a.cfg.Contracts, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	row, ok, err := d.Contract(number)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("contract %s is not among the %d of the directory", number, d.Info().Rows)
	}
	parameter, ok := flows.StartParameter(row)
	if !ok {
		return fmt.Errorf("contract %s cannot be written into a link: Telegram takes Latin letters, digits, _ and - there", number)
	}
	link := "https://t.me/" + c.Bot + "?start=" + parameter
	code, err := qr.Encode(link, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		ext   string
		write func(io.Writer, barcode.Barcode) error
	}{{"png", writePNG}, {"svg", writeSVG}} {
		path := filepath.Join(c.Out, string(number)+"."+file.ext)
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		if err := errors.Join(file.write(f, code), f.Close()); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout, path)
	}
	fmt.Fprintln(a.stdout, link)
	return nil
}

func writePNG(w io.Writer, code barcode.Barcode) error {
	size := (code.Bounds().Dx() + 2*quietModules) * modulePixels
	picture := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	eachModule(code, func(x, y int) {
		module := image.Rect(x, y, x+1, y+1)
		draw.Draw(picture, image.Rectangle{module.Min.Mul(modulePixels), module.Max.Mul(modulePixels)}, image.Black, image.Point{}, draw.Src)
	})
	return png.Encode(w, picture)
}

func writeSVG(w io.Writer, code barcode.Barcode) error {
	size := code.Bounds().Dx() + 2*quietModules
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="100%%" height="100%%" fill="#fff"/><path d="`, size, size)
	eachModule(code, func(x, y int) {
		if err == nil {
			_, err = fmt.Fprintf(w, "M%d %dh1v1h-1z", x, y)
		}
	})
	if err == nil {
		_, err = io.WriteString(w, "\"/></svg>\n")
	}
	return err
}

// eachModule calls fn with the place of every dark module, quiet zone counted in.
func eachModule(code barcode.Barcode, fn func(x, y int)) {
	n := code.Bounds().Dx()
	for y := range n {
		for x := range n {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fn(x+quietModules, y+quietModules)
			}
		}
	}
}
