package wire

import (
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// Alert is an incident as a terminal is told of it: no more than its audience
// may know.
type Alert struct {
	Delivery string // names this telling; the receipt answers to it
	Incident string
	Number   int64  // grows with every update of the incident
	Press    string // the press that caused this update, "" where none did
	School   SchoolRef
	Place    devices.Place
	Device   string
	Kind     string
	Severity string
	Mode     devices.Mode
	Silent   bool
	State    string
	// PressedAt is the moment of pressing on the hub's clock.
	PressedAt time.Time
	AgeMS     int64 // press to publish, milliseconds
	Text      devices.Text
	// Sound is how the alert may sound where that is not as its severity says:
	// SoundOnce for news that was held up, SoundNone for news that is over.
	Sound string
}

// How an alert may sound, beside as its severity says.
const (
	SoundOnce = "once"
	SoundNone = "none"
)

// SchoolRef names a school and says what people call it.
type SchoolRef struct {
	ID   string
	Name devices.Text
}

// The bounds of what people wrote, in bytes on the wire. With them, and with
// ids of at most 64 bytes and words of at most 32, the longest alert stays
// within MaxPayload.
const (
	maxNameText  = 160
	maxAlertText = 1024
)

// AppendAlert appends an alert's payload: valid JSON whatever the strings
// hold, and never more than [MaxPayload] bytes: a name or text that is too
// long is cut and ends in an ellipsis. It is on the way of every press, so it
// is written by hand and allocates nothing beyond dst.
func AppendAlert(dst []byte, a Alert) []byte {
	dst = appendID(append(dst, `{"delivery":`...), a.Delivery)
	dst = appendID(append(dst, `,"incident":`...), a.Incident)
	dst = strconv.AppendInt(append(dst, `,"number":`...), a.Number, 10)
	dst = appendID(append(dst, `,"press":`...), a.Press)
	dst = appendNamed(append(dst, `,"school":`...), a.School.ID, a.School.Name)
	dst = appendNamed(append(dst, `,"place":`...), a.Place.ID, a.Place.Name)
	dst = appendID(append(dst, `,"device":`...), a.Device)
	dst = appendVocabulary(append(dst, `,"kind":`...), a.Kind)
	dst = appendVocabulary(append(dst, `,"severity":`...), a.Severity)
	dst = appendVocabulary(append(dst, `,"mode":`...), string(a.Mode))
	dst = strconv.AppendBool(append(dst, `,"silent":`...), a.Silent)
	dst = appendVocabulary(append(dst, `,"state":`...), a.State)
	dst = AppendTime(append(dst, `,"pressed_at":"`...), a.PressedAt)
	dst = strconv.AppendInt(append(dst, `","age_ms":`...), a.AgeMS, 10)
	if a.Sound != "" {
		dst = appendVocabulary(append(dst, `,"sound":`...), a.Sound)
	}
	dst = appendTexts(append(dst, `,"text":`...), a.Text, maxAlertText)
	return append(dst, '}')
}

func appendID(dst []byte, s string) []byte { return appendText(dst, s, 64) }

func appendVocabulary(dst []byte, s string) []byte { return appendText(dst, s, maxWordLength) }

func appendNamed(dst []byte, id string, name devices.Text) []byte {
	dst = appendID(append(dst, `{"id":`...), id)
	dst = appendTexts(append(dst, `,"name":`...), name, maxNameText)
	return append(dst, '}')
}

func appendTexts(dst []byte, t devices.Text, limit int) []byte {
	dst = appendText(append(dst, `{"zh":`...), t.ZH, limit)
	dst = appendText(append(dst, `,"en":`...), t.EN, limit)
	return append(dst, '}')
}

var (
	alertFields = []string{
		"delivery", "incident", "number", "press", "school", "place", "device", "kind",
		"severity", "mode", "silent", "state", "pressed_at", "age_ms", "text", "sound",
	}
	namedFields = []string{"id", "name"}
	textFields  = []string{"zh", "en"}
)

// DecodeAlert reads an alert as a terminal does. Delivery, incident and number
// are required; anything else that cannot be read stays empty and the mode
// live, for a terminal that shows half an alert is better than one that shows
// none.
func DecodeAlert(payload []byte) (Alert, error) {
	f, err := read(payload, alertFields)
	if err != nil {
		return Alert{}, err
	}
	var a Alert
	var ok bool
	if a.Delivery, ok = f[0].text(MaxDeliveryLength); !ok || !validDelivery(a.Delivery) {
		return Alert{}, f[0].want(shapeString, "delivery")
	}
	if a.Incident, ok = f[1].text(MaxTokenLength); !ok || a.Incident == "" {
		return Alert{}, f[1].want(shapeString, "incident")
	}
	if a.Number, ok = f[2].count(maxSeq); !ok {
		return Alert{}, f[2].want(shapeNumber, "number")
	}
	a.Press = f[3].any()
	a.School.ID, a.School.Name = named(f[4])
	a.Place.ID, a.Place.Name = named(f[5])
	a.Device, a.Kind, a.Severity = f[6].any(), f[7].any(), f[8].any()
	a.Mode, _ = modeOf(f[9])
	a.Silent, _ = f[10].boolean()
	a.State = f[11].any()
	a.PressedAt, _ = time.Parse(time.RFC3339Nano, f[12].any())
	a.AgeMS, _ = f[13].count(maxSeq)
	a.Text = textsOf(f[14])
	if s := f[15].any(); s == SoundOnce || s == SoundNone {
		a.Sound = s
	}
	return a, nil
}

// any is the string that is there, or "".
func (v value) any() string {
	s, _ := v.text(MaxPayload)
	return s
}

func named(v value) (string, devices.Text) {
	if v.shape != shapeObject {
		return "", devices.Text{}
	}
	f, err := read(v.raw, namedFields)
	if err != nil {
		return "", devices.Text{}
	}
	return f[0].any(), textsOf(f[1])
}

func textsOf(v value) devices.Text {
	if v.shape != shapeObject {
		return devices.Text{}
	}
	f, err := read(v.raw, textFields)
	if err != nil {
		return devices.Text{}
	}
	return devices.Text{ZH: f[0].any(), EN: f[1].any()}
}
