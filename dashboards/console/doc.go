// Package console is the web console: pages in Chinese and English for
// whoever acts on incidents.
//
// The server renders every page whole and they all work without JavaScript;
// one small script listens to the event stream and then asks for the same
// page again, so that there is one renderer and one set of words. What a
// person may see and do is decided by api.Service, never here. The package
// starts no goroutine and keeps no state but its templates.
package console
