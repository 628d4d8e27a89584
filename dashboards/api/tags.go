package api

import (
	"slices"
	"strings"
)

// knows reports whether an If-None-Match names a version (RFC 9110, 13.1.2): whoever
// asks has it already. Weak tags count there.
func knows(match, version string) bool {
	return match == "*" || slices.Contains(namedIn(strings.ReplaceAll(match, "W/", "")), version)
}

// tagsOf are the versions that an If-Match names (RFC 9110, 13.1.1); nil where it
// names none, or any: *. A weak tag is nobody's.
func tagsOf(match string) []string {
	if match = strings.TrimSpace(match); match == "" || match == "*" {
		return nil
	}
	return namedIn(match)
}

// namedIn are the strong tags of a list, without their quotes; never nil.
func namedIn(match string) []string {
	out := []string{}
	for tag := range strings.SplitSeq(match, ",") {
		if tag = strings.TrimSpace(tag); len(tag) > 2 && tag[0] == '"' && tag[len(tag)-1] == '"' {
			out = append(out, tag[1:len(tag)-1])
		}
	}
	return out
}
