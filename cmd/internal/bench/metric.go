package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// metric is the sum of what the hub exposes under names, all labels together.
func (s *served) metric(ctx context.Context, names ...string) (sum float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.console+"/metrics", nil)
	if err != nil {
		return 0, fmt.Errorf("read metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("read metrics: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("read metrics: status %d", answer.StatusCode)
	}
	found := map[string]bool{}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		said, value, _ := strings.Cut(lines.Text(), " ")
		series, _, _ := strings.Cut(said, "{")
		if !slices.Contains(names, series) {
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, fmt.Errorf("read metric %s: %w", series, err)
		}
		sum, found[series] = sum+v, true
	}
	if err := lines.Err(); err != nil || len(found) < len(names) {
		return 0, errors.Join(fmt.Errorf("read metrics: not all of %v are among them", names), err)
	}
	return sum, nil
}
