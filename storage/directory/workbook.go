package directory

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of a workbook. A sheet has at most 1,048,576 rows, which needs far
// less than maxUnzipped; what is larger, or packed tighter than any office
// program packs, is a zip bomb.
const (
	maxUnzipped = 4 << 30
	maxKept     = 64 << 20 // of all parts that are read at once
	maxRatio    = 100      // of a part larger than smallPart
	smallPart   = 1 << 20
	maxElement  = 4 << 20 // of a row or a shared text: a row has at most 16,384 cells
)

// checkWorkbook reads every part of the workbook, so that a damaged or hostile
// one is refused before a row of it is taken: excelize takes broken XML for the
// end of the sheet, and keeps in memory whatever calls itself one row. It
// returns the number of rows.
func checkWorkbook(ctx context.Context, s *source) (int64, error) {
	archive, err := zip.NewReader(s.file, s.info.Size())
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := checkSizes(archive.File, uint64(s.info.Size())); err != nil {
		return 0, err
	}
	named, err := namedParts(archive.File)
	var sheets map[string]bool
	if err == nil {
		sheets, err = named.sheets()
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	var rows int64
	for _, part := range archive.File {
		n, err := checkPart(ctx, part, sheets[partName(part.Name)] || isSheet(part))
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			return 0, fmt.Errorf("%w: %s: %w", ErrFormat, part.Name, err)
		}
		rows += n
	}
	return rows, nil
}

// checkSizes judges the sizes that the archive declares; package zip holds the
// parts to them.
func checkSizes(parts []*zip.File, packed uint64) error {
	var all, kept uint64
	for _, part := range parts {
		size := part.UncompressedSize64
		switch {
		case size > maxUnzipped || all+size > maxUnzipped:
			return fmt.Errorf("%w: more than 4 GiB", ErrUnpacked)
		case size > smallPart && size/maxRatio > part.CompressedSize64:
			return fmt.Errorf("%w: %s: more than %d times its size", ErrUnpacked, part.Name, maxRatio)
		}
		all += size
		if !streamed(part) || size <= keptInMemory {
			kept += size
		}
	}
	switch {
	case kept > maxKept:
		return fmt.Errorf("%w: more than 64 MiB beside its large sheets", ErrUnpacked)
	case all > smallPart && all/maxRatio > packed: // parts that lie in the same bytes
		return fmt.Errorf("%w: more than %d times its size", ErrUnpacked, maxRatio)
	}
	return nil
}

// isSheet tells whether a part is called a sheet.
func isSheet(part *zip.File) bool {
	return strings.HasPrefix(partName(part.Name), "xl/worksheets/sheet")
}

// streamed tells whether excelize reads a part piece by piece when it is large.
func streamed(part *zip.File) bool {
	return isSheet(part) || partName(part.Name) == "xl/sharedstrings.xml"
}

// checkPart reads a part to its end, and returns the number of rows of a sheet.
func checkPart(ctx context.Context, part *zip.File, sheet bool) (rows int64, err error) {
	r, err := part.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	if !sheet && !streamed(part) {
		_, err := io.Copy(io.Discard, r) // its checksum
		return 0, err
	}
	limited := &elementReader{ctx: ctx, r: r, left: maxElement}
	decoder := xml.NewDecoder(limited)
	deep := 2 // of an element that is kept in memory: sst/si
	if sheet {
		deep = 3 // worksheet/sheetData/row
	}
	for depth, last := 0, int64(0); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return 0, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth <= deep {
				limited.left = maxElement
			}
			if sheet && token.Name.Local == "row" {
				if last, err = rowNumber(token, last); err != nil {
					return 0, err
				}
				rows++
			}
		case xml.EndElement:
			depth--
		}
	}
}

// rowNumber is the number of a row behind the last one. Rows must be in order:
// excelize takes rows of one number for a single one.
func rowNumber(row xml.StartElement, last int64) (int64, error) {
	for _, a := range row.Attr {
		if a.Name.Local != "r" {
			continue
		}
		n, err := strconv.ParseInt(a.Value, 10, 32)
		if err != nil || n <= last {
			return 0, fmt.Errorf("row %q behind row %d", a.Value, last)
		}
		return n, nil
	}
	return last + 1, nil
}

// errLongElement is what an elementReader returns instead of more bytes.
var errLongElement = errors.New("row or text is longer than 4 MiB")

// elementReader gives out a bounded number of bytes until left is set anew, and
// none once ctx is done.
type elementReader struct {
	ctx  context.Context
	r    io.Reader
	left int
}

func (e *elementReader) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	if e.left <= 0 {
		return 0, errLongElement
	}
	n, err := e.r.Read(p)
	e.left -= n
	return n, err
}
