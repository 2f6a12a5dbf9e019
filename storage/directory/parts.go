package directory

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxParsed is the largest part that excelize reads as a whole into structures
// many times its size.
const maxParsed = 4 << 20

// parsed are such parts, beside the workbook and its relations.
var parsed = []string{rootRelations, "[content_types].xml", "xl/styles.xml", "xl/theme/theme1.xml", "xl/calcchain.xml"}

const rootRelations = "_rels/.rels"

// errAmbiguous is of a workbook that two programs may read differently.
var errAmbiguous = errors.New("ambiguous")

// parts are the parts of a workbook by their names.
type parts map[string]*zip.File

// partName is a part's name as it is compared here: excelize, which goes by case
// except for some names, finds no part that is not found so.
func partName(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "\\", "/"))
}

// namedParts refuses an archive with two parts of one name, of which excelize
// keeps now the first, now the last.
func namedParts(files []*zip.File) (parts, error) {
	p := parts{}
	for _, f := range files {
		name := partName(f.Name)
		if p[name] != nil {
			return nil, fmt.Errorf("%s: %w: there twice", f.Name, errAmbiguous)
		}
		p[name] = f
	}
	for _, name := range parsed {
		if err := p.parsable(name); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p parts) parsable(name string) error {
	if f := p[name]; f != nil && f.UncompressedSize64 > maxParsed {
		return fmt.Errorf("%s: longer than 4 MiB", f.Name)
	}
	return nil
}

// sheets are the parts that excelize may take for sheets: a sheet lies where the
// relations of the workbook say, and need not be called one.
func (p parts) sheets() (map[string]bool, error) {
	var book string
	err := p.elements(rootRelations, "Relationship", func(a attributes) error {
		if !strings.HasSuffix(a["Type"], "/officeDocument") {
			return nil
		}
		if book != "" {
			return fmt.Errorf("%w: two workbooks", errAmbiguous)
		}
		book = strings.TrimPrefix(a["Target"], "/")
		return a.plain("Target")
	})
	if err != nil || book == "" {
		return nil, err
	}
	ids := map[string]bool{}
	err = p.elements(partName(book), "sheet", func(a attributes) error {
		ids[a["id"]] = true
		return a.plain("id")
	})
	if err != nil {
		return nil, err
	}
	folder, sheets := path.Dir(book), map[string]bool{}
	err = p.elements(partName(path.Join(folder, "_rels", path.Base(book)+".rels")), "Relationship", func(a attributes) error {
		if ids[a["Id"]] {
			sheets[partName(sheetPath(folder, a["Target"]))] = true
		}
		return errors.Join(a.plain("Id"), a.plain("Target"))
	})
	return sheets, err
}

// sheetPath is where a relation of the workbook leads.
func sheetPath(folder, target string) string {
	if !strings.HasPrefix(target, "/") {
		target = folder + "/" + target
	}
	return strings.TrimPrefix(strings.ReplaceAll(path.Clean(target), "\\", "/"), "/")
}

// attributes are those of an element by their local names.
type attributes map[string]string

// plain refuses an attribute whose value excelize may change before it reads it.
func (a attributes) plain(name string) error {
	if strings.Contains(a[name], "purl.oclc.org") {
		return fmt.Errorf("%w: %s %q", errAmbiguous, name, a[name])
	}
	return nil
}

// elements calls found with every element of a name, wherever it stands in a
// part; for one that is not there with none.
func (p parts) elements(part, name string, found func(attributes) error) error {
	f := p[part]
	if f == nil {
		return nil
	}
	if err := p.parsable(part); err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	defer r.Close()
	decoder := xml.NewDecoder(r)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if element, ok := token.(xml.StartElement); ok && err == nil && element.Name.Local == name {
			var a attributes
			if a, err = attributesOf(element); err == nil {
				err = found(a)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
}

func attributesOf(e xml.StartElement) (attributes, error) {
	a := attributes{}
	for _, attr := range e.Attr {
		if _, twice := a[attr.Name.Local]; twice {
			return nil, fmt.Errorf("%w: two attributes %q", errAmbiguous, attr.Name.Local)
		}
		a[attr.Name.Local] = attr.Value
	}
	return a, nil
}
