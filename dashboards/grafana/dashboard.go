package grafana

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.json
var files embed.FS

// The data sources, as provisioning/datasources names them.
const (
	InfluxDB   = "campushub-influxdb"
	Prometheus = "campushub-prometheus"
)

// Source is a data source, by its uid.
type Source struct{ Type, UID string }

// Target is one question of a panel: Query is InfluxQL, Expr is PromQL, which
// is asked for now alone where Instant is set, and else for the whole span.
type Target struct {
	Datasource  Source
	Query, Expr string
	Instant     bool
	// What its series are called: of PromQL, of InfluxQL. The columns of a table
	// have the names that the data source gives them.
	LegendFormat, Alias  string
	Format, ResultFormat string
}

// Place is where a panel stands: 24 columns, rows from the top.
type Place struct{ H, W, X, Y int }

// Panel is a panel or a row of them.
type Panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  Place
	Datasource               Source
	Targets                  []Target
	FieldConfig              struct{ Overrides []Override }
	Transformations          []Transformation
	Options                  struct{ Content string } // of a text
}

// Variable is one that a reader of the dashboard chooses. Its query is text,
// or an object that has it.
type Variable struct {
	Name, Type, Label, Definition string
	Datasource                    Source
}

// Annotation is a mark over the graphs.
type Annotation struct {
	Name, Query string
	Datasource  Source
}

// Dashboard is one page, as far as tests look at it.
type Dashboard struct {
	File, UID, Title, Description string
	Panels                        []Panel
	Templating                    struct{ List []Variable }
	Annotations                   struct{ List []Annotation }
	Time                          struct{ From, To string } // the span that it opens with
}

// All reads the dashboards.
func All() ([]Dashboard, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("read dashboards: %w", err)
	}
	out := make([]Dashboard, len(names))
	for i, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read dashboard %s: %w", name, err)
		}
		if err := json.Unmarshal(data, &out[i]); err != nil {
			return nil, fmt.Errorf("read dashboard %s: %w", name, err)
		}
		out[i].File = name
	}
	return out, nil
}

// Question is one question of a dashboard, and who is asked.
type Question struct {
	From    string // the dashboard and the panel's title
	Of      string // the uid of the data source
	Text    string
	Instant bool
	Span    string // that the dashboard opens with, such as now-12h
	// Variable is the name of the variable whose values are asked for; "" is none.
	Variable string
}

// Questions are all that a dashboard asks.
func (d Dashboard) Questions() (out []Question) {
	for _, p := range d.Panels {
		for _, t := range p.Targets {
			out = append(out, Question{From: d.File + ": " + p.Title, Of: t.Datasource.UID, Text: t.Query + t.Expr, Instant: t.Instant, Span: d.Time.From})
		}
	}
	for _, a := range d.Annotations.List {
		out = append(out, Question{From: d.File + ": " + a.Name, Of: a.Datasource.UID, Text: a.Query, Span: d.Time.From})
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			out = append(out, Question{From: d.File + ": " + v.Label, Of: v.Datasource.UID, Text: v.Definition, Span: d.Time.From, Variable: v.Name})
		}
	}
	return out
}

// Filled is the question with what a reader has chosen in place of its
// variables, as Grafana does it.
func (q Question) Filled(chosen map[string]string) string {
	var pairs []string
	for name, value := range chosen {
		pairs = append(pairs, "$"+name, value)
	}
	return strings.NewReplacer(pairs...).Replace(q.Text)
}
