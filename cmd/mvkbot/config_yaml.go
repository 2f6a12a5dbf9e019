package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds configuration and text files, in bytes.
const maxFile = 1 << 20

// secretSettings may only stand where nobody but the owner of a file reads.
var secretSettings = []string{"telegram-token", "secret", "sms", "smtp", "webhook-secret"}

// loadFile reads the YAML file. Where names the flag or variable that gave the
// path.
func (s *sources) loadFile(path, where string) {
	text, mode, err := readFile(path)
	if err != nil {
		s.faults, s.broken = append(s.faults, fault{where, "the file cannot be read: " + reason(err)}), true
		return
	}
	values, faults := parseYAML(text, printable(path))
	s.file, s.broken = values, values == nil
	s.faults = append(s.faults, faults...)
	for _, name := range secretSettings {
		if g, ok := values[name]; ok && g.value != "" && exposed(mode) {
			s.faults = append(s.faults, fault{g.where, errExposed.Error()})
		}
	}
}

// parseYAML reads settings from a YAML mapping. Scalars are taken as they are
// written, so that 03:00 and 01234 mean what they say; a list becomes a text
// with commas. Name stands for the file in faults. The map is nil when the text
// is no mapping.
func parseYAML(text []byte, name string) (map[string]given, []fault) {
	file, err := parser.ParseBytes(bytes.TrimPrefix(text, []byte("\ufeff")), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, []fault{syntaxFault(err, name)}
	}
	values := map[string]given{}
	var faults []fault
	for i, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		case *ast.MappingNode:
			if i > 0 {
				return nil, []fault{{at(name, line(body)), "a second document; put all settings into one"}}
			}
			for _, pair := range body.Values {
				faults = append(faults, readPair(values, pair, name)...)
			}
		default:
			return nil, []fault{{at(name, line(body)), `not a list of "setting: value" lines`}}
		}
	}
	return values, faults
}

// syntaxFault says where a text is no YAML, and why unless that quotes the text.
func syntaxFault(err error, name string) fault {
	f := fault{name, "not valid YAML"}
	if se, ok := errors.AsType[*yaml.SyntaxError](err); ok {
		if se.Token != nil {
			f.where = at(name, se.Token.Position.Line)
		}
		if !strings.ContainsAny(se.Message, `"`+"\n") {
			f.what += ": " + se.Message
		}
	}
	return f
}

// readPair reads one "setting: value".
func readPair(values map[string]given, pair *ast.MappingValueNode, name string) []fault {
	key := pair.Key.GetToken().Value
	where := at(name, line(pair.Key)) + ": " + printable(key)
	if !slices.Contains(settingNames, key) {
		return []fault{{where, "unknown setting" + didYouMean(key, settingNames)}}
	}
	if _, twice := values[key]; twice {
		return []fault{{where, "given twice"}}
	}
	value, ok := scalar(pair.Value)
	if list, isList := pair.Value.(*ast.SequenceNode); isList {
		ok = true
		var parts []string
		for _, v := range list.Values {
			part, plain := scalar(v)
			parts, ok = append(parts, part), ok && plain
		}
		value = strings.Join(parts, ",")
	}
	if !ok {
		return []fault{{where, "must be a plain value, or a list of them"}}
	}
	values[key] = given{strings.TrimSpace(value), where}
	return nil
}

// scalar is the text of a plain value.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func line(n ast.Node) int { return n.GetToken().Position.Line }

func at(name string, line int) string { return fmt.Sprintf("%s:%d", name, line) }

// readFile reads a file of at most maxFile bytes, and the mode it has while it
// is read.
func readFile(path string) ([]byte, os.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	return text, info.Mode(), err
}
