package subscribe

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// Why somebody is refused. The codes are what refusals are counted by.
var (
	errNumber = refusal(alerting.ErrInvalid, "number", "请输入手机号码,例如 13900000001。", "Give a mobile number, such as 13900000001 or +8613900000001.")
	errTongue = refusal(alerting.ErrInvalid, "language", "请选择语言。", "Choose a language.")
	errCode   = refusal(alerting.ErrInvalid, "code", "登记码不正确或已停用,请核对学校发给您的登记码。", "This code is wrong or is good no more: compare it with what the school gave you.")
	errDigits = refusal(alerting.ErrInvalid, "digits", "验证码不正确。", "These digits are wrong.")
	errOver   = refusal(alerting.ErrConflict, "over", "验证码已失效,请重新获取。", "This code is good no more: ask for another one.")
	errNoSMS  = refusal(alerting.ErrConflict, "no-sms", "该校没有开通短信通知,无法登记。", "This school sends no text messages: nobody can subscribe.")
	errBusy   = refusal(alerting.ErrUnavailable, "busy", "现在登记的人太多,请几分钟后再试。", "Too many people subscribe right now: try again in some minutes.")
	errFull   = refusal(alerting.ErrConflict, "full", "该校登记人数已满,请联系学校。", "The school can tell nobody more: ask the school.")
	errNobody = refusal(alerting.ErrConflict, "nobody", "这个号码没有登记,请用学校的登记码登记。", "This number is not subscribed: subscribe with the school's code.")
	errNoCode = refusal(alerting.ErrConflict, "no-code", "没有可停用的登记码。", "There is no code to revoke.")
)

func refusal(kind error, code, zh, en string) *alerting.Refusal {
	return &alerting.Refusal{Kind: kind, Code: "subscribe." + code, Text: alerting.Text{ZH: zh, EN: en}}
}

// Waits reports whether somebody is refused who tried too often.
func Waits(err error) bool {
	refused, ok := errors.AsType[*alerting.Refusal](err)
	return ok && strings.HasPrefix(refused.Code, "subscribe.wait-")
}

// errWait refuses who has tried too often, and says for how long. by is what
// has its bound there: address, number or school.
func errWait(by string, wait time.Duration) *alerting.Refusal {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return refusal(alerting.ErrConflict, "wait-"+by, fmt.Sprintf("尝试次数过多,请 %d 分钟后再试。", minutes), fmt.Sprintf("Too many attempts: try again in %d min.", minutes))
}
