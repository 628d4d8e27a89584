package config

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// What a configuration means where it says nothing.
const (
	defaultName       = "campushub"
	defaultDir        = "state" // beside the configuration file
	defaultHTTP       = "127.0.0.1:8080"
	defaultMQTT       = "127.0.0.1:1883"
	defaultStopWithin = 10 * time.Second
	defaultZone       = "Asia/Shanghai"
	defaultPower      = devices.PowerMains
	defaultTerminal   = alerting.ViaLAN
	defaultAccount    = alerting.ViaLAN
	defaultWebhook    = alerting.ViaInternet
	defaultGateway    = alerting.ViaInternet
)

// Bounds of what a configuration may say.
const (
	maxFile       = 8 << 20 // bytes of one YAML file
	maxSecret     = 4 << 10 // bytes of one secret file
	maxPlan       = 4 << 20 // bytes of one plan of a school
	maxPEM        = 1 << 20 // bytes of a certificate chain or key
	minWebhookKey = 16      // bytes, 128 bits
	longestStop   = 5 * time.Minute
	longestCheck  = 2 * time.Minute // between path checks: three minutes without a proof are said in words
	longestSub    = 255             // ASCII characters of an identity's subject (OpenID Connect Core 1.0, 2)
	longestName   = 100             // characters of a name that people read

	minClientSecret  = 16 // bytes, 128 bits
	minCallbackKey   = 16 // bytes, 128 bits
	longestSignature = 20 // characters of an SMS signature
	defaultSegments  = 2  // of an SMS: 134 characters, a new alarm with who is on post and whom to call
	mostSegments     = 3  // of an SMS: 201 characters, what English needs under a Chinese signature
)
