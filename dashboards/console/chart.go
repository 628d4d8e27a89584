package console

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A chart is drawn in units of its own, 360 wide: on the smallest phone a unit
// is a pixel, so that its words stay legible everywhere.
const (
	chartWidth  = 360.0
	chartLeft   = 40.0
	chartRight  = 8.0
	chartTop    = 10.0
	chartBottom = 18.0
)

// chart is one drawing with a text that says the same.
type chart struct {
	ID, Title, Says string
	Height          float64
	Rects           []rect
	Paths           []path
	Dots            []dot
	Labels          []label
}

type rect struct{ X, Y, W, H, Class string }

type path struct{ D, Class string }

type dot struct{ X, Y string }

type label struct{ X, Y, Anchor, Text string }

// Box is the view box.
func (c chart) Box() string { return "0 0 " + unit(chartWidth) + " " + unit(c.Height) }

// axes is where times and values of one chart lie.
type axes struct {
	from, to  time.Time
	low, high float64
	plot      float64 // height of the plot
}

func (a axes) x(t time.Time) float64 {
	part := float64(t.Sub(a.from)) / float64(a.to.Sub(a.from))
	return chartLeft + min(max(part, 0), 1)*(chartWidth-chartLeft-chartRight)
}

func (a axes) y(v float64) float64 {
	part := (v - a.low) / (a.high - a.low)
	return chartTop + (1-min(max(part, 0), 1))*a.plot
}

// unit writes a coordinate as a drawing takes it.
func unit(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func newChart(id, title, says string, a axes) chart {
	return chart{ID: id, Title: title, Says: says, Height: chartTop + a.plot + chartBottom}
}

// hoursApart is how far apart the hours are that are written below.
const hoursApart = 4

// clock writes hours of the school's own clock below.
func (c *chart) clock(a axes, zone *time.Location) {
	first := a.from.In(zone)
	at := time.Date(first.Year(), first.Month(), first.Day(), first.Hour(), 0, 0, 0, zone)
	for ; at.Before(a.to); at = at.Add(time.Hour) {
		if at.Before(a.from) || at.Hour()%hoursApart != 0 {
			continue
		}
		x := unit(a.x(at))
		c.Paths = append(c.Paths, path{"M" + x + " " + unit(chartTop) + "V" + unit(chartTop+a.plot+3), "grid"})
		if a.x(at) > chartLeft+8 && a.x(at) < chartWidth-chartRight-8 {
			c.Labels = append(c.Labels, label{x, unit(c.Height - 4), "middle", at.Format("15:04")})
		}
	}
}

// level writes a value at the left, with a line across.
func (c *chart) level(a axes, v float64, text string) {
	y := a.y(v)
	c.Paths = append(c.Paths, path{"M" + unit(chartLeft) + " " + unit(y) + "H" + unit(chartWidth-chartRight), "grid"})
	c.Labels = append(c.Labels, label{unit(chartLeft - 4), unit(y + 4), "end", text})
}

// bar stands from zero to v between two times. That of an hour that has just begun
// is narrow, and seen.
func (c *chart) bar(a axes, from, to time.Time, v float64, class string) {
	x, wide := a.x(from), a.x(to)-a.x(from)
	if y, zero := a.y(v), a.y(0); v != 0 && wide > 0 {
		c.Rects = append(c.Rects, rect{unit(x + 0.4), unit(min(y, zero)), unit(max(wide-0.8, 1)), unit(math.Abs(y - zero)), class})
	}
}

// band fills the plot's height between two times.
func (c *chart) band(a axes, from, to time.Time, class string) {
	wide := max(a.x(to)-a.x(from), 1) // what was short is seen
	c.Rects = append(c.Rects, rect{unit(a.x(from)), unit(chartTop), unit(wide), unit(a.plot), class})
}

// held draws values that hold until the next one, and no longer than for; a
// dot where each was said, unless there are too many to tell apart.
func (c *chart) held(a axes, values []value, within time.Duration) {
	var d strings.Builder
	for i, v := range values {
		until := a.to
		if i+1 < len(values) {
			until = values[i+1].at
		}
		gap := until.Sub(v.at) > within
		if gap {
			until = v.at.Add(within)
		}
		switch {
		case d.Len() == 0 || values[i-1].at.Add(within).Before(v.at):
			d.WriteString("M" + unit(a.x(v.at)) + " " + unit(a.y(v.v)))
		default:
			d.WriteString("V" + unit(a.y(v.v)))
		}
		d.WriteString("H" + unit(a.x(until)))
		if len(values) <= 48 {
			c.Dots = append(c.Dots, dot{unit(a.x(v.at)), unit(a.y(v.v))})
		}
	}
	if d.Len() > 0 {
		c.Paths = append(c.Paths, path{d.String(), "line"})
	}
}

// round is the next 1, 2 or 5 with zeros behind; 1 at the least.
func round(v float64) float64 {
	for scale := 1.0; ; scale *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if v <= n*scale || scale > 1e15 {
				return n * scale
			}
		}
	}
}
