package console

import (
	"net/http"
	"slices"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// guidePage is the design system as it is: what the style sheet declares, and each
// component by the template that the product draws it with.
type guidePage struct {
	*page
	Themes  []guideTheme
	Others  []declaration // what is no colour, or a component's own
	Type    []measure
	Spaces  []measure
	Samples samples
}

// guideTheme is the colours of a theme.
type guideTheme struct {
	ID, Name string
	Colours  []guideColour
}

// guideColour is a token, with what stands on it or what it stands on.
type guideColour struct {
	Name, Value string
	Back, Front string // of the swatch
	Other       string // the token that it is measured against; "" for none
	Ratio       string
	Short       bool // of the contrast that it should have
}

func (c *Console) styleguide(w http.ResponseWriter, r *http.Request, a people.Account) {
	if a.Role != alerting.RoleAdmin {
		c.errorPage(w, r, http.StatusForbidden)
		return
	}
	g := &guidePage{page: c.newPage(r, a)}
	g.Title, g.dead = g.Say("guide"), true
	g.read(string(c.assets.files["console.css"]), string(c.assets.files["review.css"]))
	g.Samples = samplesOf(g.page)
	c.render(w, http.StatusOK, "styleguide", g)
}

// read takes in what the style sheets declare.
func (g *guidePage) read(sheets ...string) {
	css := strings.Join(sheets, "\n")
	all := declarations(css)
	shown := map[string]bool{}
	for _, theme := range themes {
		of, names := palette(all, theme.Media)
		t := guideTheme{ID: theme.ID, Name: g.Say("guide.theme." + theme.ID)}
		for _, name := range names {
			if _, ok := luminance(of[name]); ok {
				t.Colours = append(t.Colours, colour(of, name))
				shown[name] = true
			}
		}
		g.Themes = append(g.Themes, t)
	}
	g.Others = slices.DeleteFunc(all, func(d declaration) bool { return shown[d.Name] && d.Selector == ":root" && d.Media != "print" })
	g.Type, g.Spaces = typeSizes(css), spaces(css)
}

func colour(of map[string]string, name string) guideColour {
	k := guideColour{Name: name, Value: of[name], Back: of[name], Front: of[name]}
	other, least := standsOn(name)
	switch other {
	case "":
		return k
	case "--on-fill":
		k.Front = of[other]
	default:
		k.Back = of[other]
	}
	got := contrast(of[name], of[other])
	k.Other, k.Ratio, k.Short = other, ratio(got), got < least
	return k
}
