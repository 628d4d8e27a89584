package console

import "net/http"

// Patterns are those of everything that the console serves besides the API.
func (c *Console) Patterns() []string {
	var all patterns
	c.mount(&all)
	return all
}

// Routes are the patterns of the whole API, of its document and beside it.
func (c *Console) Routes() []string {
	var all patterns
	c.api.Mount(&all)
	return all
}

// patterns is a mux that keeps what it is given.
type patterns []string

func (p *patterns) HandleFunc(pattern string, _ func(http.ResponseWriter, *http.Request)) {
	*p = append(*p, pattern)
}

func (p *patterns) Handle(pattern string, _ http.Handler) { *p = append(*p, pattern) }

func (p *patterns) ServeHTTP(http.ResponseWriter, *http.Request) {}

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
