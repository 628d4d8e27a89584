package console

import "net/http"

// Patterns are those of everything that the console serves besides the API.
func (c *Console) Patterns() []string {
	var all patterns
	c.mount(&all)
	return all
}

type patterns []string

func (p *patterns) HandleFunc(pattern string, _ func(http.ResponseWriter, *http.Request)) {
	*p = append(*p, pattern)
}

// Embedded are the files that the binary carries for browsers.
func Embedded() (map[string][]byte, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return a.files, nil
}

// InTurn draws the pages of h as the console does.
func InTurn(h http.Handler) http.Handler { return newTurns().taken(h) }
