// Package influxtest runs a real InfluxDB 1.8 for tests and measurements: it
// starts it, stops it, kills it and asks it what it holds.
//
// It owns one process and its folder. The program is the one that .ci/influxdb
// builds.
package influxtest
