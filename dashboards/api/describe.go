package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// describeRefusals adds to each operation what every one of its sort may be refused
// by: whoever stands before the operations refuses for all of them.
func describeRefusals(doc *huma.OpenAPI) {
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Delete} {
			if op == nil {
				continue
			}
			var may []int
			if len(op.Security) > 0 {
				may = append(may, http.StatusUnauthorized, http.StatusForbidden, http.StatusServiceUnavailable)
			}
			if op.RequestBody != nil {
				may = append(may, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
			}
			for _, status := range append(may, http.StatusInternalServerError) {
				declare(op, status)
			}
		}
	}
}

// describeNulls says of each field that may be null that it may: huma says so of
// none that refers to another schema.
func describeNulls(doc *huma.OpenAPI) {
	all := doc.Components.Schemas
	for name, schema := range all.Map() {
		of := all.TypeFromRef("#/components/schemas/" + name)
		if of == nil || of.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(of) {
			field, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
			p := schema.Properties[field]
			if p == nil || p.Ref == "" || f.Type.Kind() != reflect.Pointer || strings.Contains(rest, "omitempty") {
				continue
			}
			either := &huma.Schema{Description: p.Description, AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
			either.PrecomputeMessages()
			schema.Properties[field] = either
		}
	}
}
