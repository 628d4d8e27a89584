package config

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
	"example.org/campushub/alerting/texts"
)

// sayings reads the words that all schools are told, before the schools, whose
// own lie on top of them.
func (r *reader) sayings(roots []object) {
	for _, root := range roots {
		if v, ok := root.fields["texts"]; ok {
			r.once(v)
			r.everywhere = r.book(r.everywhere, v)
		}
	}
}

// book is the texts of base with those written here in their place.
func (r *reader) book(base *texts.Book, v value) *texts.Book {
	b, faults := texts.Read(base, v.node, v.path)
	r.dayFaults(v.src, faults)
	return b
}

// once reports texts that two files of a folder give: which of them held would
// depend on the files' names.
func (r *reader) once(v value) {
	if v.node.Kind != yaml.MappingNode {
		return
	}
	for _, key := range v.node.Content {
		at := value{node: key, src: v.src, path: join(v.path, key.Value)}
		first, twice := r.worded[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
		case twice && first.src != v.src:
			r.fault(at, "text %s is already at %s", key.Value, first.place())
		case !twice:
			r.worded[key.Value] = at
		}
	}
}

// checkTexts looks at the configured texts with the names of each school in
// them: all must fit two text messages. A text for all schools is reported once.
func (r *reader) checkTexts() {
	seen := map[string]bool{}
	for _, s := range r.config.Schools {
		if s.Texts == nil || s.ID == "" {
			continue
		}
		for _, f := range append(policy.CheckTexts(s), release.CheckTexts(release.SchoolOf(s, s.Pickups))...) {
			src := r.schools[s.ID].src
			if code, everywhere := strings.CutPrefix(f.Path, "texts."); everywhere {
				src = r.worded[code].src
			}
			if at := src.name + f.Path; !seen[at] {
				seen[at] = true
				r.dayFaults(src, []texts.Fault{f})
			}
		}
	}
}
