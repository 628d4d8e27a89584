// Package grafana holds the dashboards for Grafana, and what provisions them:
// officer.json for the safety officer's day, operator.json for whoever runs
// hubs, drills.json for whoever plans drills,
// district.json for the schools side by side. It reads them for the tests that put every panel's question to a real
// InfluxDB and a real Prometheus.
//
// It starts nothing and no hub contains it. It never asks for more than the
// telemetry and the metrics have, in which nothing of confidential incidents
// is written.
package grafana
