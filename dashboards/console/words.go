package console

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"example.org/campushub/alerting"
)

//go:embed words/*.json
var wordFiles embed.FS

// languages that the console speaks, the default one first.
var languages = []string{"zh", "en"}

const languageCookie = "campushub_language"

// catalogue is every word of the console in one language. A key with ".police"
// behind it replaces the plain one for police readers, who sign where others
// take on.
type catalogue struct {
	lang  string
	words map[string]string
}

func loadWords() (map[string]catalogue, error) {
	out := map[string]catalogue{}
	for _, lang := range languages {
		b, err := wordFiles.ReadFile("words/" + lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("console words: %w", err)
		}
		c := catalogue{lang: lang}
		if err := json.Unmarshal(b, &c.words); err != nil {
			return nil, fmt.Errorf("console words %s: %w", lang, err)
		}
		out[lang] = c
	}
	return out, nil
}

// say is the word for a key as an audience says it, with {name} filled in
// from pairs of name and value. A key that is not there shows itself.
func (c catalogue) say(a alerting.Audience, key string, pairs ...any) string {
	s, ok := c.words[key+"."+string(a)]
	if !ok {
		if s, ok = c.words[key]; !ok {
			return key
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return s
}

// text picks the language of a sentence.
func (c catalogue) text(t alerting.Text) string {
	if (c.lang == "en" && t.EN != "") || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

// vocabulary is a word of the system's own in the page's language, typeset as
// the language deserves. What people wrote is never touched.
func (p *page) vocabulary(t alerting.Text) string {
	s := p.Text(t)
	if p.words.lang == "zh" && s == t.ZH {
		return alerting.Typeset(s)
	}
	return s
}

// languageOf is what the reader chose, else what the browser asks for.
func (c *Console) languageOf(r *http.Request) catalogue {
	if k, err := r.Cookie(languageCookie); err == nil {
		if words, ok := c.words[k.Value]; ok {
			return words
		}
	}
	for wish := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(wish), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if words, ok := c.words[primary]; ok {
			return words
		}
	}
	return c.words[c.config.Language]
}
