package texts

import (
	"regexp"

	"example.org/campushub/alerting/internal/strict"
)

// rules holds one language of a configured text against the built-in one.
type rules struct {
	d     *strict.Decoder
	v     strict.Value
	w     *wording
	first *wording
	may   set
	free  set // of those that first has
	// parents says that parents read it.
	parents bool
}

// judge reports everything that is wrong: holes that the text can't have, that
// it leaves out or that may be empty; words that would make it look like
// something else; more words than a text message takes.
func (r rules) judge(most int) {
	known := r.first.holes | r.may
	if strange := r.w.holes &^ known; strange != 0 {
		r.d.Fault(r.v, "no hole of this text: %s, %s", strange, choice(known))
	}
	if missing := r.first.holes &^ r.w.holes &^ r.free; missing != 0 {
		r.d.Fault(r.v, "leaves out %s: whoever is told needs it", missing)
	}
	if bare := r.first.optional & r.w.holes &^ r.w.optional; bare != 0 {
		r.d.Fault(r.v, "%s may be empty: put it, and the words that belong to it, between < and >", bare)
	}
	if found := unfit(r.w.source); r.parents && found != "" {
		r.d.Fault(r.v, "holds %s: parents are told nothing of the kind", found)
	}
	if r.w.fixed > most {
		r.d.Fault(r.v, "has %d characters beside its holes, want at most %d: it must fit a text message", r.w.fixed, most)
	}
	for _, g := range guarded() {
		switch here, there := g.in(r.w.source), g.in(r.first.source); {
		case here && !there:
			r.d.Fault(r.v, "must not say %q: %s", g.word, g.reason)
		case there && !here:
			r.d.Fault(r.v, "must say %q: %s", g.word, g.reason)
		}
	}
}

// guard is a word that a text has where the built-in one has it, and nowhere
// else.
type guard struct {
	word, reason string
	pattern      *regexp.Regexp
}

func (g guard) in(s string) bool { return g.pattern.MatchString(s) }

const (
	aboutModes = "a drill or a test must never look live, nor the other way round"
	aboutSafe  = "only a complete head count says so, in the one text that is for it"

	// unclear is the word for confirming, escaped: it stands nowhere in the product.
	unclear = "\u786e\u8ba4"
)

// guarded are those words.
func guarded() []guard {
	return []guard{
		{"演练", aboutModes, regexp.MustCompile(`演练|演习`)},
		{"测试", aboutModes, regexp.MustCompile(`测试`)},
		{"drill", aboutModes, regexp.MustCompile(`(?i)\bdrills?\b|\bexercises?\b`)},
		{"test", aboutModes, regexp.MustCompile(`(?i)\btests?\b`)},
		{"学生安全", aboutSafe, regexp.MustCompile(`学生(均|都|已)?安全|平安`)},
		{"safe", aboutSafe, regexp.MustCompile(`(?i)\bsafe\b`)},
		{unclear, "nobody can tell whether it means signed or verified", regexp.MustCompile(unclear)},
	}
}
