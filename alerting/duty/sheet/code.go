package sheet

import "example.org/campushub/alerting"

// Code names what is wrong with a cell or a file; it never changes, whatever the
// sentence becomes.
type Code string

// What may be wrong with a cell.
const (
	BadCharacters  Code = "characters"
	NoRole         Code = "no-role"
	Nobody         Code = "nobody"
	OwnSubstitute  Code = "own-substitute"
	NoPost         Code = "no-post"
	NoWeekday      Code = "no-weekday"
	NoDay          Code = "no-day"
	NoDate         Code = "no-date"
	Outside        Code = "outside"
	OtherWeekday   Code = "other-weekday"
	NoShiftNamed   Code = "no-shift-named"
	NoShiftThatDay Code = "no-shift-that-day"
	NoShiftAtAll   Code = "no-shift-at-all"
	TooManyEntries Code = "too-many-entries"
	Twice          Code = "twice"
	Elsewhere      Code = "elsewhere"
	Ready          Code = "ready-elsewhere"
)

// What may be wrong with a file as a whole.
const (
	Empty          Code = "empty"
	TooLongPeriod  Code = "period"
	NoHeader       Code = "no-header"
	ColumnTwice    Code = "column-twice"
	ColumnsMissing Code = "columns-missing"
	TooLong        Code = "too-long"
	OldFormat      Code = "old-format"
	NotUTF16       Code = "not-utf16"
	NoEncoding     Code = "no-encoding"
	NotCSV         Code = "not-csv"
	NotXLSX        Code = "not-xlsx"
	NoSheet        Code = "no-sheet"
	BadSheet       Code = "bad-sheet"
	TooManyRows    Code = "too-many-rows"
	TooManyColumns Code = "too-many-columns"
	TooManyMerged  Code = "too-many-merged"
	NoFormat       Code = "no-format"
)

// sentences word each of them. What a school wrote comes clipped.
var sentences = map[Code]alerting.Text{
	BadCharacters:  {ZH: "最多 %d 个字符，不得有换行等控制字符", EN: "want at most %d printable characters"},
	NoRole:         {ZH: "没有“%s”这一角色：应为护学民警、保安员、教职工、志愿者、值班领导或宿管员", EN: "%q is no role: want 护学民警, 保安员, 教职工, 志愿者, 值班领导 or 宿管员"},
	Nobody:         {ZH: "没有写姓名", EN: "nobody is named"},
	OwnSubstitute:  {ZH: "%s 不能替自己的岗", EN: "%s cannot be their own substitute"},
	NoPost:         {ZH: "没有“%s”这一岗位", EN: "there is no post %q"},
	NoWeekday:      {ZH: "“%s”不是星期：应为星期一至星期日", EN: "%q is no weekday: want 星期一 to 星期日"},
	NoDay:          {ZH: "日期与星期都没有写", EN: "neither a date nor a weekday"},
	NoDate:         {ZH: "“%s”不是日期，应写成 2026-09-01", EN: "%q is no date such as 2026-09-01"},
	Outside:        {ZH: "%v 不在 %v 至 %v 之内", EN: "%v lies outside %v to %v"},
	OtherWeekday:   {ZH: "%v 是%v，不是%v", EN: "%v is a %v, not a %v"},
	NoShiftNamed:   {ZH: "没有写班次", EN: "is empty"},
	NoShiftThatDay: {ZH: "%s没有“%s”这一班次：%v %s（%s）", EN: "%s has no shift %q on %v (%s, by %s)"},
	NoShiftAtAll:   {ZH: "%s在 %[3]v 至 %[4]v 的这些日子里都没有“%[2]s”这一班次", EN: "%s has no shift %q on any such day from %v to %v"},
	TooManyEntries: {ZH: "超过 %d 条", EN: "more than %d entries"},
	Twice:          {ZH: "%[1]s 已在 %[2]v 值班，见%[3]s；若是同名的两个人，请在表中和配置里写成不同的姓名，如“%[1]s甲”“%[1]s乙”", EN: "%[1]s stands at %[2]v already, in %[3]s; write two people of one name apart, here and in the configuration, such as %[1]s甲 and %[1]s乙"},
	Elsewhere:      {ZH: "%[1]s 同一时间在 %[2]v 值班，见%[3]s；若是同名的两个人，请在表中和配置里写成不同的姓名，如“%[1]s甲”“%[1]s乙”", EN: "%[1]s stands at %[2]v then, in %[3]s; write two people of one name apart, here and in the configuration, such as %[1]s甲 and %[1]s乙"},
	Ready:          {ZH: "%s 同一时间是 %v 的替岗人，见%s", EN: "%s is to be ready as a substitute for %v then, in %s"},

	Empty:          {ZH: "值班表里一条记录也没有，原有的值班表保留", EN: "the sheet has no entry; what these days have is kept"},
	TooLongPeriod:  {ZH: "起止日期不对：最多 %d 天", EN: "want a period of at most %d days"},
	NoHeader:       {ZH: "%s前 %d 行内没有表头：应有“日期”或“星期”、“岗位”、“班次”、“姓名”、“角色”各列%s", EN: "%sno header: want the columns 日期 or 星期, 岗位, 班次, 姓名 and 角色 within the first %d rows%s"},
	ColumnTwice:    {ZH: "%s：“%s”列出现两次", EN: "%s: the column %s is here twice"},
	ColumnsMissing: {ZH: "%s：缺少列：%s", EN: "%s: the columns %s are missing"},
	TooLong:        {ZH: "文件超过 %d 字节", EN: "longer than %d bytes"},
	OldFormat:      {ZH: "这是旧版 .xls 文件，或设有密码：请另存为 .xlsx 或 CSV", EN: "an old .xls, or one with a password: save it as .xlsx or CSV"},
	NotUTF16:       {ZH: "文件开头标明 UTF-16，内容却不是", EN: "begins as UTF-16 and is none"},
	NoEncoding:     {ZH: "既不是 UTF-8 也不是 GB18030：请另存为 CSV UTF-8", EN: "neither UTF-8 nor GB18030: save it as CSV UTF-8"},
	NotCSV:         {ZH: "不是 CSV 文件：第 %d 行引号不成对或格式有误%s", EN: "not CSV: line %d%s"},
	NotXLSX:        {ZH: "不是 .xlsx 文件，或文件已损坏%s", EN: "not an .xlsx%s"},
	NoSheet:        {ZH: "文件里没有工作表", EN: "no sheet in it"},
	BadSheet:       {ZH: "工作表“%s”读不出来%s", EN: "sheet %q cannot be read%s"},
	TooManyRows:    {ZH: "超过 %d 行", EN: "more than %d rows"},
	TooManyColumns: {ZH: "%s：超过 %d 列", EN: "%s: more than %d columns"},
	TooManyMerged:  {ZH: "合并单元格超过 %d 个", EN: "more than %d merged cells"},
	NoFormat:       {ZH: "格式“%s”不是 csv 也不是 xlsx", EN: "format: %q is neither csv nor xlsx"},
}
