package wire_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// schema checks values against JSON Schema, as far as the AsyncAPI document
// uses it. A keyword that it does not know is an error, so that nothing in the
// document passes unread. A field that the document does not have is a fault
// too: a device may send one, but what we write ourselves is all described.
type schema struct {
	document map[string]any
	carried  map[string]bool // the properties that were there, by their path
}

func (s schema) check(rule map[string]any, v any, path string) []string {
	if ref, ok := rule["$ref"].(string); ok {
		return s.check(s.resolve(ref), v, path)
	}
	var faults []string
	complain := func(format string, args ...any) {
		faults = append(faults, path+": "+fmt.Sprintf(format, args...))
	}
	if !hasType(rule["type"], v) {
		complain("%v is no %v", v, rule["type"])
		return faults
	}
	for keyword, arg := range rule {
		switch keyword {
		case "type", "description", "default", "required", "properties", "additionalProperties", "propertyNames":
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				complain("%v is none of %v", v, arg)
			}
		case "pattern":
			if !regexp.MustCompile(arg.(string)).MatchString(v.(string)) {
				complain("%q does not match %s", v, arg)
			}
		case "minLength", "maxLength":
			if n := utf8.RuneCountInString(v.(string)); beyond(keyword, float64(n), number(arg)) {
				complain("%d characters, %s %v", n, keyword, arg)
			}
		case "minimum", "maximum":
			if beyond(keyword, number(v), number(arg)) {
				complain("%v, %s %v", v, keyword, arg)
			}
		case "minProperties", "maxProperties":
			if n := len(v.(map[string]any)); beyond(keyword, float64(n), number(arg)) {
				complain("%d members, %s %v", n, keyword, arg)
			}
		default:
			complain("keyword %s is unknown to the checker", keyword)
		}
	}
	if object, ok := v.(map[string]any); ok {
		faults = append(faults, s.checkObject(rule, object, path)...)
	}
	return faults
}

func (s schema) checkObject(rule, object map[string]any, path string) []string {
	var faults []string
	required, _ := rule["required"].([]any)
	for _, name := range required {
		if _, ok := object[name.(string)]; !ok {
			faults = append(faults, fmt.Sprintf("%s: no %s", path, name))
		}
	}
	properties, _ := rule["properties"].(map[string]any)
	for name, v := range object {
		inner := path + "." + name
		if names, ok := rule["propertyNames"].(map[string]any); ok {
			names["type"] = "string"
			faults = append(faults, s.check(names, name, inner)...)
		}
		if p, ok := properties[name].(map[string]any); ok {
			s.carried[inner] = true
			faults = append(faults, s.check(p, v, inner)...)
		} else if p, ok := rule["additionalProperties"].(map[string]any); ok {
			faults = append(faults, s.check(p, v, inner)...)
		} else {
			faults = append(faults, inner+": is not in the document")
		}
	}
	return faults
}

// properties lists the paths of everything that a rule describes.
func (s schema) properties(rule map[string]any, path string) (out []string) {
	if ref, ok := rule["$ref"].(string); ok {
		return s.properties(s.resolve(ref), path)
	}
	inside, _ := rule["properties"].(map[string]any)
	for name, p := range inside {
		inner := path + "." + name
		out = append(append(out, inner), s.properties(p.(map[string]any), inner)...)
	}
	return out
}

func (s schema) resolve(ref string) map[string]any {
	var at any = s.document
	for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[step]
	}
	return at.(map[string]any)
}

func beyond(keyword string, x, bound float64) bool {
	if strings.HasPrefix(keyword, "min") {
		return x < bound
	}
	return x > bound
}

func hasType(want, v any) bool {
	switch want {
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "number":
		return !math.IsNaN(number(v))
	case "integer":
		x := number(v)
		return x == math.Trunc(x)
	}
	return false
}

// number is v as both YAML and JSON decode numbers; not a number otherwise.
func number(v any) float64 {
	switch x := v.(type) {
	case int:
		return float64(x)
	case int64:
		return float64(x)
	case uint64:
		return float64(x)
	case float64:
		return x
	}
	return math.NaN()
}
