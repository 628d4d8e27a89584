package duty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

func TestBlanksThatPadANameAreNoPartOfIt(t *testing.T) {
	for said, want := range map[string]string{
		"张三": "张三", "张　三": "张三", "张 三": "张三", "张   三": "张三", " 张\u00A0三　": "张三", "王 小明": "王小明", "欧阳　锋": "欧阳锋", "张 三 丰": "张三丰",
		"张　三（甲）": "张三（甲）",
		"张三 李四":  "张三 李四", "张三　李四": "张三 李四", "Anna  Li": "Anna Li", "Anna　Li": "Anna Li", "A 张": "A 张", "买买提·艾力": "买买提·艾力", "": "", "　": "",
	} {
		assert.Equal(t, want, duty.Folded(said), "%q", said)
		assert.Equal(t, want, duty.Folded(want), "folded twice: %q", said)
	}
}
