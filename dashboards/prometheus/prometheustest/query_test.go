package prometheustest

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A series of which every value is NaN is no answer.
func TestASeriesIsMeasuredWhereItHasANumber(t *testing.T) {
	for text, want := range map[string]struct {
		values   []float64
		measured bool
	}{
		`{"metric":{"school":"a"},"value":[1.5,"0"]}`:                 {[]float64{0}, true},
		`{"metric":{"school":"a"},"value":[1.5,"NaN"]}`:               {[]float64{math.NaN()}, false},
		`{"metric":{"school":"a"},"values":[[1,"NaN"],[2,"NaN"]]}`:    {[]float64{math.NaN(), math.NaN()}, false},
		`{"metric":{"school":"a"},"values":[[1,"NaN"],[2.5,"+Inf"]]}`: {[]float64{math.NaN(), math.Inf(1)}, true},
		`{"metric":{"school":"a"},"values":[[1,"2"],[2.25,"NaN"]]}`:   {[]float64{2, math.NaN()}, true},
		`{"metric":{"school":"a"},"histogram":[1,{"count":"0"}]}`:     {nil, false},
	} {
		var s Series
		require.NoError(t, json.Unmarshal([]byte(text), &s), text)
		assert.Equal(t, map[string]string{"school": "a"}, s.Metric)
		require.Len(t, s.Values, len(want.values), text)
		for i, v := range want.values {
			assert.True(t, v == s.Values[i] || math.IsNaN(v) && math.IsNaN(s.Values[i]), "%s: %v", text, s.Values)
		}
		assert.Equal(t, want.measured, s.Measured(), text)
	}
	var s Series
	for _, text := range []string{`{"metric":{},"value":[1,"a"]}`, `{"metric":{},"value":[1,2]}`, `{"metric":{},"value":7}`} {
		assert.Error(t, json.Unmarshal([]byte(text), &s), text)
	}
}
