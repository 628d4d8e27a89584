package main

import (
	"context"
	"fmt"
	"path/filepath"
)

// mostPosters is how many connections Alertmanager has to keep: each client
// then speaks every 20 s at 50 signals per second.
const mostPosters = 1000

// alertmanagerConfig tells each alert at once and alone: grouping by all
// labels is its documented way to pass alerts through as they are. The
// resolved ones are not sent, and intervals are its defaults.
const alertmanagerConfig = `route:
  receiver: sink
  group_by: ['...']
  group_wait: 0s
  group_interval: 5m
  repeat_interval: 4h
receivers:
  - name: sink
    webhook_configs:
      - url: %s
        send_resolved: false
`

// newAlertmanager is Debian's Prometheus Alertmanager, a single one.
func newAlertmanager(dir, url, program string) (*peer, error) {
	address, _, err := loopback()
	if err != nil {
		return nil, err
	}
	if err := files(dir, map[string]string{"alertmanager.yml": fmt.Sprintf(alertmanagerConfig, url)}); err != nil {
		return nil, err
	}
	a := &part{name: "Alertmanager", program: program, args: []string{
		"--config.file=" + filepath.Join(dir, "alertmanager.yml"), "--storage.path=" + dir,
		"--web.listen-address=" + address, "--cluster.listen-address=", "--log.level=error",
	}}
	return &peer{
		name: alertmanager, parts: []*part{a}, kills: []kill{{"Alertmanager", []*part{a}}},
		open: func(ctx context.Context, n int, turn func() *tally) (senders, error) {
			return openPosters(ctx, address, min(n, mostPosters), turn)
		},
	}, nil
}
