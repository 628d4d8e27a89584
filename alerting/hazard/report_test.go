package hazard_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
)

func TestAReportSaysWhatAndHowGrave(t *testing.T) {
	good := hazard.Report{Grade: hazard.General, Text: " 护栏松动\r\n请尽快 "}
	r, err := good.Checked()
	require.NoError(t, err)
	assert.Equal(t, "护栏松动\n请尽快", r.Text)
	assert.Equal(t, hazard.Open, r.State)
	for name, change := range map[string]func(*hazard.Report){
		"no grade":       func(r *hazard.Report) { r.Grade = "" },
		"another grade":  func(r *hazard.Report) { r.Grade = "terrible" },
		"no text":        func(r *hazard.Report) { r.Text = " \n " },
		"a long text":    func(r *hazard.Report) { r.Text = strings.Repeat("险", hazard.LongestText+1) },
		"control signs":  func(r *hazard.Report) { r.Text = "a\x1b[31mb" },
		"half a letter":  func(r *hazard.Report) { r.Text = "险\xe9" },
		"a zero":         func(r *hazard.Report) { r.Text = "a\x00b" },
		"of many states": func(r *hazard.Report) { r.Grade, r.State = "", hazard.Done },
	} {
		r := good
		change(&r)
		_, err := r.Checked()
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
	good.Text = strings.Repeat("险", hazard.LongestText)
	_, err = good.Checked()
	require.NoError(t, err)
}

func TestAStateChangesByAReasonAndOnlyFromWhatWasRead(t *testing.T) {
	at := time.UnixMilli(1_772_400_000_000)
	step := func(to hazard.State, why string) hazard.Step {
		return hazard.Step{At: at, By: "officer-1", To: to, Reason: why}
	}
	r := hazard.Report{State: hazard.Open}
	taken, s, err := r.Moved(step(hazard.InHand, " 已报修 "), 0)
	require.NoError(t, err)
	assert.Equal(t, step(hazard.InHand, "已报修"), s)
	assert.Equal(t, []hazard.Step{s}, taken.Steps)
	assert.Equal(t, hazard.InHand, taken.State)
	assert.Empty(t, r.Steps, "what was read stays as it is")
	done, _, err := taken.Moved(step(hazard.Done, "已加固"), 1)
	require.NoError(t, err)
	again, _, err := done.Moved(step(hazard.Open, "又松了"), 2)
	require.NoError(t, err)
	assert.Equal(t, hazard.Open, again.State)
	assert.Len(t, again.Steps, 3, "nothing is taken out")
	for name, c := range map[string]struct {
		step  hazard.Step
		known int
		want  error
	}{
		"no reason":         {step(hazard.Done, " "), 1, alerting.ErrInvalid},
		"a long one":        {step(hazard.Done, strings.Repeat("x", hazard.LongestReason+1)), 1, alerting.ErrInvalid},
		"of two lines":      {step(hazard.Done, "a\nb"), 1, alerting.ErrInvalid},
		"no state":          {step("", "x"), 1, alerting.ErrInvalid},
		"another state":     {step("lost", "x"), 1, alerting.ErrInvalid},
		"the same":          {step(hazard.InHand, "x"), 1, alerting.ErrConflict},
		"of what was":       {step(hazard.Done, "x"), 0, alerting.ErrConflict},
		"of what never was": {step(hazard.Done, "x"), 2, alerting.ErrConflict},
	} {
		_, _, err := taken.Moved(c.step, c.known)
		require.ErrorIs(t, err, c.want, name)
	}
	restless := hazard.Report{State: hazard.Open, Steps: make([]hazard.Step, hazard.MostSteps)}
	_, _, err = restless.Moved(step(hazard.Done, "x"), hazard.MostSteps)
	require.ErrorIs(t, err, alerting.ErrConflict)
}
