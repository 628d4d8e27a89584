package console

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"

	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
)

// sayings are what the console's sources say of the catalogues' keys.
type sayings struct {
	keys     map[string]string // that words are asked for, and where
	prefixes map[string]string // that keys are put together behind, and where
	quoted   map[string]bool   // every text in the sources: a key of one word may be kept before it is said
	refused  map[string]bool   // that refusals are said by
}

var (
	inTemplate  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	saidThere   = regexp.MustCompile(`\.Say "([^"]*)"`)
	printThere  = regexp.MustCompile(`\.Say \(print "([^"]*)"`)
	quotedThere = regexp.MustCompile(`"([^"]*)"`)
	likeAKey    = regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`)
	likeAPrefix = regexp.MustCompile(`^[a-z]+(\.[a-z]+)*\.$`)
)

func readSaid(t *testing.T) sayings {
	t.Helper()
	s := sayings{map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}}
	s.templates(t)
	first := firsts(t)
	for _, f := range sourcesOf(t, ".") {
		ast.Inspect(f.file, func(n ast.Node) bool { s.node(n, f.set, first); return true })
	}
	for _, code := range refusalCodes(t) {
		s.refused["refused."+code] = true
	}
	return s
}

func (s sayings) templates(t *testing.T) {
	t.Helper()
	names, err := templateFiles.ReadDir("templates")
	require.NoError(t, err)
	for _, f := range names {
		b, err := templateFiles.ReadFile("templates/" + f.Name())
		require.NoError(t, err)
		for _, action := range inTemplate.FindAllString(string(b), -1) {
			for _, m := range saidThere.FindAllStringSubmatch(action, -1) {
				s.keys[m[1]] = f.Name()
			}
			for _, m := range printThere.FindAllStringSubmatch(action, -1) {
				s.prefixes[m[1]] = f.Name()
			}
			for _, m := range quotedThere.FindAllStringSubmatch(action, -1) {
				s.quoted[m[1]] = true
			}
		}
	}
}

// node reads what a piece of Go says: the key of Say and many, a prefix that
// something is put behind, a text.
func (s sayings) node(n ast.Node, set *token.FileSet, first map[string]bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name, key := callee(n), argument(n)
		if key == "" || (name != "Say" && name != "many") {
			return
		}
		s.keys[key] = set.Position(n.Pos()).String()
		if name == "many" {
			s.keys[key+".one"] = s.keys[key]
		}
	case *ast.BinaryExpr:
		prefix := textOf(n.X)
		if n.Op == token.ADD && likeAPrefix.MatchString(prefix) && first[strings.SplitN(prefix, ".", 2)[0]] {
			s.prefixes[prefix] = set.Position(n.Pos()).String()
		}
	case *ast.BasicLit:
		text := textOf(n)
		s.quoted[text] = true
		if likeAKey.MatchString(text) && first[strings.SplitN(text, ".", 2)[0]] && !slices.Contains([]string{".js", ".css"}, filepath.Ext(text)) {
			s.keys[text] = set.Position(n.Pos()).String() // kept until it is said
		}
	}
}

// says reports whether somebody says a key: itself, or the one that it has words of
// an audience for.
func (s sayings) says(used map[string]string, key string) bool {
	ways := []string{key}
	for _, a := range alerting.Audiences() {
		if general, ok := strings.CutSuffix(key, "."+string(a)); ok {
			ways = append(ways, general)
		}
	}
	return slices.ContainsFunc(ways, func(k string) bool {
		_, ok := used[k]
		return ok || s.quoted[k] || s.refused[k]
	})
}

// firsts are the words that the catalogues' keys begin with: what begins with
// another one is no key.
func firsts(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for key := range catalogues(t)["zh"].words {
		out[strings.SplitN(key, ".", 2)[0]] = true
	}
	return out
}

type source struct {
	set  *token.FileSet
	file *ast.File
}

// sourcesOf reads a package's files without its tests.
func sourcesOf(t *testing.T, dir string) []source {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var out []source
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, 0)
		require.NoError(t, err)
		out = append(out, source{set, f})
	}
	require.NotEmpty(t, out, dir)
	return out
}

func callee(n *ast.CallExpr) string {
	switch f := n.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func argument(n *ast.CallExpr) string {
	if len(n.Args) == 0 {
		return ""
	}
	return textOf(n.Args[0])
}

// textOf is a text as it stands in the source; "" of anything else.
func textOf(n ast.Expr) string {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// constantsOf are the values of a package's constants of a type.
func constantsOf(t *testing.T, dir, kind string) []string {
	t.Helper()
	var out []string
	for _, f := range sourcesOf(t, dir) {
		ast.Inspect(f.file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := v.Type.(*ast.Ident); ok && of.Name == kind {
				for _, value := range v.Values {
					out = append(out, textOf(value))
				}
			}
			return true
		})
	}
	require.NotEmpty(t, out, "%s has no constants of %s", dir, kind)
	return out
}

// constantsBeside are the values of the group of constants that one is in.
func constantsBeside(t *testing.T, dir, name string) []string {
	t.Helper()
	var out []string
	for _, f := range sourcesOf(t, dir) {
		for _, d := range f.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST && declares(g, name) {
				for _, s := range g.Specs {
					out = append(out, textOf(s.(*ast.ValueSpec).Values[0]))
				}
			}
		}
	}
	require.NotEmpty(t, out, "%s has no constant %s", dir, name)
	return out
}

func declares(g *ast.GenDecl, name string) bool {
	return slices.ContainsFunc(g.Specs, func(s ast.Spec) bool { return s.(*ast.ValueSpec).Names[0].Name == name })
}

// returnedBy are the texts that a method returns.
func returnedBy(t *testing.T, kind, method string) []string {
	t.Helper()
	var out []string
	for _, f := range sourcesOf(t, ".") {
		for _, d := range f.file.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Name.Name != method || m.Recv == nil || fmt.Sprint(m.Recv.List[0].Type) != kind {
				continue
			}
			ast.Inspect(m, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok {
					out = append(out, textOf(r.Results[0]))
				}
				return true
			})
		}
	}
	require.NotEmpty(t, out, "%s.%s returns no text", kind, method)
	return out
}

// passedTo are the texts that calls of a function have in the first place.
func passedTo(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for _, f := range sourcesOf(t, ".") {
		ast.Inspect(f.file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && callee(call) == name && argument(call) != "" {
				out = append(out, argument(call))
			}
			return true
		})
	}
	require.NotEmpty(t, out, "nobody calls %s", name)
	return out
}

// fieldsOf are the texts that a field has where values of a type are written.
func fieldsOf(t *testing.T, dir, kind, field string) []string {
	t.Helper()
	var out []string
	for _, f := range sourcesOf(t, dir) {
		within := map[*ast.CompositeLit]bool{}
		ast.Inspect(f.file, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if a, ok := c.Type.(*ast.ArrayType); ok && isNamed(a.Elt, kind) {
				for _, e := range c.Elts {
					if in, ok := e.(*ast.CompositeLit); ok {
						within[in] = true
					}
				}
			}
			if !within[c] && !isNamed(c.Type, kind) {
				return true
			}
			for _, e := range c.Elts {
				switch kv, ok := e.(*ast.KeyValueExpr); {
				case ok && isNamed(kv.Key, field) && textOf(kv.Value) != "":
					out = append(out, textOf(kv.Value))
				case !ok && textOf(e) != "": // by its place: the one text among its fields
					out = append(out, textOf(e))
				}
			}
			return true
		})
	}
	return out
}

func isNamed(n ast.Expr, name string) bool {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name == name
	case *ast.SelectorExpr:
		return n.Sel.Name == name
	}
	return false
}

// refusalCodes are the codes by which the hub's own refusals are told apart.
func refusalCodes(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, dir := range []string{"../../alerting", "../../alerting/hazard", "../../alerting/duty", "../../alerting/duty/watch", "../api"} {
		out = append(out, fieldsOf(t, dir, "Refusal", "Code")...)
	}
	require.Greater(t, len(out), 10)
	for _, why := range hazard.RefusedPhotos() {
		out = append(out, "photo-"+why)
	}
	return out
}

// named are values as texts.
func named[S ~string](values []S) []string { return ids(values, func(v S) string { return string(v) }) }

func ids[T any](values []T, of func(T) string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, of(v))
	}
	return out
}
