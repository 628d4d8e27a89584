// Package api is how the outside reads incidents and acts on them: the JSON
// API, the event stream, sign-in and sessions, health and metrics.
//
// Service is the one place that decides who may see and do what; the handlers
// here and the console's pages stand on it, so that no rule is written twice.
// The package changes an incident only through Engine.Do. A stream reads what
// the engine has published and never slows it: a reader that can't keep up is
// closed and resumes. One goroutine per request is all it uses, and those
// belong to net/http; Run looks which tokens of programs are good.
//
// What somebody may not see does not exist for them: it is a 404, whatever
// the verb.
package api
