package console

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// declaration is a custom property as the style sheet declares it.
type declaration struct {
	Name, Value string
	Selector    string
	Media       string // "" for always
}

var (
	cssComment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssProperty = regexp.MustCompile(`(--[a-z0-9-]+):\s*([^;}]+)`)
	cssSize     = regexp.MustCompile(`font-size: ([0-9.]+)rem`)
	cssGap      = regexp.MustCompile(`(?:gap|padding|margin)[a-z-]*: ([^;}]+)`)
	cssRem      = regexp.MustCompile(`(?:^| )([0-9.]+)rem`)
)

// declarations reads every custom property of a style sheet, in its order.
func declarations(css string) []declaration {
	var out []declaration
	var open []string // what stands before each brace that is open
	css = cssComment.ReplaceAllString(css, "")
	for {
		at := strings.IndexAny(css, "{}")
		if at < 0 {
			return out
		}
		text := strings.TrimSpace(css[:at])
		if css[at] == '{' {
			open = append(open, text)
		} else if len(open) > 0 {
			d := declaration{Selector: open[len(open)-1]}
			if len(open) > 1 {
				d.Media = strings.TrimPrefix(open[0], "@media ")
			}
			for _, m := range cssProperty.FindAllStringSubmatch(text, -1) {
				d.Name, d.Value = m[1], strings.TrimSpace(m[2])
				out = append(out, d)
			}
			open = open[:len(open)-1]
		}
		css = css[at+1:]
	}
}

// The themes, with the conditions under which their tokens hold; later ones
// replace earlier ones.
var themes = []struct {
	ID    string
	Media []string
}{
	{"light", []string{""}},
	{"dark", []string{"", mediaDark}},
	{"more", []string{"", mediaMore}},
	{"more-dark", []string{"", mediaDark, mediaMore, mediaMore + " and " + mediaDark}},
}

const (
	mediaDark = "(prefers-color-scheme: dark)"
	mediaMore = "(prefers-contrast: more)"
)

// palette is the tokens of a theme by name, and their names in the sheet's order.
func palette(all []declaration, media []string) (of map[string]string, names []string) {
	of = map[string]string{}
	for _, m := range media {
		for _, d := range all {
			if d.Selector != ":root" || d.Media != m {
				continue
			}
			if of[d.Name] == "" {
				names = append(names, d.Name)
			}
			of[d.Name] = d.Value
		}
	}
	return of, names
}

// standsOn is what a colour stands on, or what stands on it, and the contrast that
// it has to have by WCAG 2.2: 7 for text, as the critical path is read in the sun,
// 3 for what a field is seen by.
func standsOn(token string) (other string, least float64) {
	switch token {
	case "--ink", "--ink-2", "--critical-ink", "--high-ink", "--low-ink", "--drill-ink":
		return "--surface", 7
	case "--critical", "--high", "--low", "--drill":
		return "--on-fill", 7
	case "--field":
		return "--surface", 3
	}
	return "", 0
}

// luminance is the relative luminance of WCAG 2.2; false for what is no colour of
// six digits.
func luminance(hex string) (float64, bool) {
	digits, ok := strings.CutPrefix(hex, "#")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || err != nil || len(digits) != 6 {
		return 0, false
	}
	linear := func(c uint64) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16&255) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255), true
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21; 0 where one is no colour.
func contrast(a, b string) float64 {
	x, okX := luminance(a)
	y, okY := luminance(b)
	if !okX || !okY {
		return 0
	}
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// measure is a size of the style sheet, and how often it is used.
type measure struct {
	Rem  float64
	Used int
}

// Size is the measure as SVG takes it.
func (m measure) Size() string { return strconv.FormatFloat(m.Rem, 'f', -1, 64) + "rem" }

// Pixels is the measure at the size of type that browsers begin with.
func (m measure) Pixels() string { return unit(m.Rem*16) + " px" }

// High is what a line of the size takes.
func (m measure) High() string { return strconv.FormatFloat(m.Rem*1.5, 'f', -1, 64) + "rem" }

// typeSizes are the sizes of type of a style sheet, the smallest first.
func typeSizes(css string) []measure {
	var found []string
	for _, m := range cssSize.FindAllStringSubmatch(css, -1) {
		found = append(found, m[1])
	}
	return counted(found, 1)
}

// spaces are the spaces that are used often: what stands once is a touch.
func spaces(css string) []measure {
	var found []string
	for _, m := range cssGap.FindAllStringSubmatch(css, -1) {
		for _, v := range cssRem.FindAllStringSubmatch(m[1], -1) {
			found = append(found, v[1])
		}
	}
	return counted(found, 5)
}

func counted(found []string, least int) []measure {
	n := map[float64]int{}
	for _, s := range found {
		if v, err := strconv.ParseFloat(s, 64); err == nil {
			n[v]++
		}
	}
	var out []measure
	for v, used := range n {
		if used >= least {
			out = append(out, measure{v, used})
		}
	}
	slices.SortFunc(out, func(a, b measure) int { return cmp.Compare(a.Rem, b.Rem) })
	return out
}

// ratio writes a contrast.
func ratio(c float64) string { return fmt.Sprintf("%.1f : 1", math.Floor(c*10)/10) }
