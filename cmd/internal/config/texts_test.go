package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

func TestTextsOfASchoolLieOnThoseOfAllSchools(t *testing.T) {
	c, err := Load("testdata/good/texts.yaml")
	require.NoError(t, err)
	said := func(school string, code texts.Code) alerting.Text {
		s, ok := c.Directory().School(school)
		require.True(t, ok)
		return s.Texts.Say(code, func(h texts.Hole) alerting.Text { return alerting.Text{ZH: "x", EN: "x"} })
	}
	assert.Equal(t, "解除,回到岗位", said("ziwei-primary", texts.GuardsEnd).ZH)
	assert.Equal(t, "解除", said("haitang-middle", texts.GuardsEnd).ZH)
	for _, s := range c.Schools {
		assert.Equal(t, "【第x级】x x x,x无人签收。x", said(s.ID, texts.PoliceEscalated).ZH)
		assert.Equal(t, "x 报警通路测试,无需处理", said(s.ID, texts.PoliceTest).ZH, "what nobody wrote is as it always was")
	}

	c, err = Load("testdata/good/minimal.yaml")
	require.NoError(t, err)
	assert.Nil(t, c.Schools[0].Texts, "the built-in ones")
}
