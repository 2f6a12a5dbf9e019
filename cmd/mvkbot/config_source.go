package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// prefix begins every variable of the program.
const prefix = "MVKBOT_"

// variable names the environment variable of a setting.
func variable(setting string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// fault is something wrong with the configuration. Neither part holds a value.
type fault struct {
	where string // the flag, the variable, or file, line and key
	what  string
}

func (f fault) Error() string { return f.where + ": " + f.what }

// given is a value that somebody gave to a setting. An empty one counts: it
// overrides what stands in a lesser source, and means the default.
type given struct {
	value string
	where string // as in fault
}

// sources knows what every source gives. It is kong's resolver for all that is
// not on the command line: a variable comes before the file.
type sources struct {
	env    map[string]string // variables that begin with prefix
	file   map[string]given
	given  map[string]given // what was chosen, by setting
	faults []fault
	loaded bool // load has run
	broken bool // the file is no mapping: what it was to give is unknown
}

var _ kong.Resolver = (*sources)(nil)

// settingNames are the names of all settings, in the order of their
// declaration; defaults are the values of those that were not given.
var settingNames, defaults = func() (names []string, values map[string]string) {
	values = map[string]string{}
	declared := kong.Must(&settings{}, kong.NoDefaultHelp(), kong.ExplicitGroups(groups))
	for _, f := range declared.Model.Flags {
		names = append(names, f.Name)
		values[f.Name] = f.Default
	}
	return names, values
}()

func newSources(env []string) *sources {
	s := &sources{env: map[string]string{}, given: map[string]given{}}
	for _, e := range env {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, prefix) {
			s.env[name] = strings.TrimSpace(value)
		}
	}
	known := []string{variable("config")}
	for _, name := range settingNames {
		known = append(known, variable(name))
	}
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		if !slices.Contains(known, name) {
			s.faults = append(s.faults, fault{printable(name), "unknown variable" + didYouMean(name, known)})
		}
	}
	return s
}

// load reads the YAML file that --config or its variable names. Kong calls it
// before it resolves the flags, once for every word of the command line.
func (s *sources) load(ctx *kong.Context) error {
	if s.loaded {
		return nil
	}
	s.loaded = true
	path, where := s.env[variable("config")], variable("config")
	for _, p := range ctx.Path {
		if p.Flag != nil && p.Flag.Name == "config" {
			path, where = reflect.ValueOf(ctx.FlagValue(p.Flag)).String(), "--config"
		}
	}
	if path != "" {
		s.loadFile(path, where)
	}
	return nil // faults wait for their fellows
}

// Validate has nothing to say: loadFile has judged the keys.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve gives the value of a setting that is not on the command line.
func (s *sources) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !slices.Contains(settingNames, flag.Name) {
		return nil, nil
	}
	if value, ok := s.env[variable(flag.Name)]; ok {
		s.given[flag.Name] = given{value, variable(flag.Name)}
	} else if g, ok := s.file[flag.Name]; ok {
		s.given[flag.Name] = g
	} else {
		return nil, nil
	}
	return s.given[flag.Name].value, nil
}

// readFlags takes over what the command line gives.
func (s *sources) readFlags(ctx *kong.Context) {
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved && slices.Contains(settingNames, p.Flag.Name) {
			value := reflect.ValueOf(ctx.FlagValue(p.Flag)).String()
			s.given[p.Flag.Name] = given{strings.TrimSpace(value), "--" + p.Flag.Name}
		}
	}
}

// childEnv is env with every setting that was given as its variable, whatever
// its source was.
func (s *sources) childEnv(env []string) []string {
	var child []string
	for _, e := range env {
		if !strings.HasPrefix(e, prefix) {
			child = append(child, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.given)) {
		child = append(child, variable(name)+"="+s.given[name].value)
	}
	return child
}

// didYouMean proposes the closest of the known names, if one is close.
func didYouMean(name string, known []string) string {
	const longest = 100 // a foreign name may be of any length
	if len(name) > longest {
		return ""
	}
	best, least := "", max(3, 1+min(len(name)/4, 4))
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// distance counts the bytes to insert, delete, replace or swap with their
// neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			least := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				least++
			}
			least = min(least, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				least = min(least, rows[i-2][j-2]+1)
			}
			rows[i][j] = least
		}
	}
	return rows[len(a)][len(b)]
}

// printable makes a foreign name fit for a line of a terminal.
func printable(name string) string {
	const most = 60
	quoted := strconv.Quote(redact(name))
	quoted = quoted[1 : len(quoted)-1]
	if len(quoted) > most {
		return quoted[:most] + "…"
	}
	return quoted
}

// reason is an error of the file system without the path: who mistakes a
// setting for its …-file puts a secret there.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
