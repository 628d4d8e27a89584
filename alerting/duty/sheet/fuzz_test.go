package sheet_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/sheet"
)

// FuzzImport holds the parser to its promises whatever a file says: it ends, it
// refuses with a reason or names rows, it never imports a part, and what it
// takes is a roster that is written and read again as it is.
func FuzzImport(f *testing.F) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(good))
	require.NoError(f, err)
	var book bytes.Buffer
	j := job(f)
	got, err := j.Import(bytes.NewReader(gb))
	require.NoError(f, err)
	require.NoError(f, j.Export(&book, sheet.XLSX, got.Entries))
	for _, seed := range [][]byte{[]byte(good), gb, book.Bytes(), []byte("岗位,班次,姓名,角色,星期\nmain,早班,'=1,guard,三\n"), []byte("\xFF\xFE"), []byte("日期/星期;岗位;班次;姓名;角色\n一;house;夜班;a;保安")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := j.Import(bytes.NewReader(data))
		if err != nil {
			require.ErrorIs(t, err, alerting.ErrInvalid)
			return
		}
		for _, fault := range got.Faults {
			require.Positive(t, fault.Row)
			require.NotEmpty(t, fault.Reason)
		}
		if len(got.Faults) > 0 {
			require.Empty(t, got.Entries)
			return
		}
		_, err = duty.NewRoster(got.Entries)
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, j.Export(&out, sheet.CSV, got.Entries))
		again, err := j.Import(&out)
		require.NoError(t, err)
		require.Empty(t, again.Faults)
		require.Equal(t, got.Entries, again.Entries)
	})
}
