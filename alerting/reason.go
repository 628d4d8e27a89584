package alerting

import "strings"

// Why a delivery stands where it does, as the hub itself says it. What a far side
// says is quoted in its own words.
const (
	// NotConnected: no terminal or page of the recipient is there.
	NotConnected = "not connected"
	// NoRoom: a terminal owes so many acknowledgements that it gets no more.
	NoRoom = "too many unacknowledged messages"
	// QueueFull: a lane had no room.
	QueueFull = "queue full"
	// TooLate: its deadline passed before a lane came to it.
	TooLate = "deadline passed in the queue"
	// Superseded: a newer one to the same place has replaced it before it came to
	// anything.
	Superseded = "superseded"
	// ClosedBefore: the incident was closed before anybody was there for it.
	ClosedBefore = "the incident is closed"
	// ReceivedElsewhere: its contact has confirmed it, or newer news, by another way.
	ReceivedElsewhere = "received another way"
	// MadeConfidential: somebody made the incident confidential before it came to
	// anything.
	MadeConfidential = "made confidential"
	// NothingHeard: nobody answered the test of a way while it was waited for.
	NothingHeard = "no answer in time"
	// HubStopped: the hub was stopped while a test was under way.
	HubStopped = "the hub was stopped meanwhile"
)

var reasonTexts = map[string]Text{
	NotConnected:      {ZH: "未连接", EN: NotConnected},
	NoRoom:            {ZH: "对方积压的通知过多", EN: NoRoom},
	QueueFull:         {ZH: "排队已满", EN: QueueFull},
	TooLate:           {ZH: "排队中已过时限", EN: TooLate},
	Superseded:        {ZH: "已由更新的通知取代", EN: "replaced by newer news"},
	ClosedBefore:      {ZH: "事件已办结", EN: ClosedBefore},
	ReceivedElsewhere: {ZH: "已由其他途径送达", EN: ReceivedElsewhere},
	MadeConfidential:  {ZH: "已转为保密", EN: MadeConfidential},
	NothingHeard:      {ZH: "限时内无应答", EN: NothingHeard},
	HubStopped:        {ZH: "其间系统曾停止", EN: HubStopped},
	StoodDownOver:     {ZH: "演练已结束", EN: StoodDownOver},
	ClockSetBack:      {ZH: "时钟曾被调回，用时不详", EN: "the clock was set back: nobody knows how long it took"},

	// Of telephones; a gateway's own words may follow behind a colon.
	"no answer":     {ZH: "无人接听", EN: "no answer"},
	"busy":          {ZH: "占线", EN: "busy"},
	"rejected":      {ZH: "拒接", EN: "rejected"},
	"call failed":   {ZH: "呼叫失败", EN: "call failed"},
	"not delivered": {ZH: "网关报告未送达", EN: "not delivered"},
}

// ReasonText says the reason of a delivery in words. What the hub does not say
// itself, such as an error of a far side, stays as it is.
func ReasonText(reason string) Text {
	if t, known := reasonTexts[reason]; known {
		return t
	}
	if said, detail, ok := strings.Cut(reason, ": "); ok {
		if t, known := reasonTexts[said]; known {
			return Text{ZH: t.ZH + "：" + detail, EN: t.EN + ": " + detail}
		}
	}
	return Text{ZH: reason, EN: reason}
}
