package influxtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Series is what InfluxQL answers of one series. A number is a json.Number, a
// time nanoseconds.
type Series struct {
	Name    string            `json:"name"`
	Tags    map[string]string `json:"tags"`
	Columns []string          `json:"columns"`
	Values  [][]any           `json:"values"`
}

// Query asks in InfluxQL.
func (s *Server) Query(ctx context.Context, db, q string) ([]Series, error) {
	body := strings.NewReader(url.Values{"db": {db}, "q": {q}, "epoch": {"ns"}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/query", body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask InfluxDB: %w", err)
	}
	defer resp.Body.Close()
	var said struct {
		Error   string
		Results []struct {
			Error  string
			Series []Series
		}
	}
	read := json.NewDecoder(resp.Body)
	read.UseNumber()
	if err := read.Decode(&said); err != nil {
		return nil, fmt.Errorf("ask InfluxDB: %w", err)
	}
	var all []Series
	for _, r := range said.Results {
		if r.Error != "" {
			said.Error = r.Error
		}
		all = append(all, r.Series...)
	}
	if said.Error != "" {
		return nil, errors.New("ask InfluxDB: " + said.Error)
	}
	return all, nil
}
