package wire

import (
	"strconv"
	"time"

	"example.org/campushub/devices"
)

// MaxDrillWindow is the longest time in which a device's next press is a
// drill. A window of 0 s closes the one that is open: the device is live again.
const MaxDrillWindow = time.Hour

var (
	commandFields = []string{"receipt", "indicator", "siren", "reset", "drill"}
	drillFields   = []string{"id", "for_s"}
)

// CommandedIndicators lists what the hub may tell a light to show. The
// firmware sets "sent" by itself.
func CommandedIndicators() []devices.Indicator {
	return []devices.Indicator{
		devices.IndicatorStored, devices.IndicatorAcknowledged,
		devices.IndicatorFailed, devices.IndicatorIdle,
	}
}

// DecodeCommand reads what the hub tells a device. Every field is optional. A
// field of the wrong type refuses the whole command: half an order is none.
// An indicator that this firmware does not know is ignored like an unknown
// field, so that the receipt beside it counts.
func DecodeCommand(payload []byte) (devices.Command, error) {
	f, err := read(payload, commandFields)
	if err != nil {
		return devices.Command{}, err
	}
	var c devices.Command
	if c.Receipt, err = receiptOf(f[0]); err != nil {
		return devices.Command{}, err
	}
	if c.Indicator, err = indicatorOf(f[1]); err != nil {
		return devices.Command{}, err
	}
	if siren, ok := f[2].boolean(); ok {
		c.Siren = &siren
	} else if f[2].shape != absent {
		return devices.Command{}, fault(ReasonType, "siren")
	}
	reset, ok := f[3].boolean()
	if !ok && f[3].shape != absent {
		return devices.Command{}, fault(ReasonType, "reset")
	}
	c.Reset = reset
	if c.Drill, err = drillOf(f[4]); err != nil {
		return devices.Command{}, err
	}
	return c, nil
}

// EncodeCommand writes a command as the hub sends it. A field that says
// nothing is left out.
func EncodeCommand(c devices.Command) []byte {
	dst := append(make([]byte, 0, 128), '{')
	if c.Receipt != "" {
		dst = append(appendWord(append(dst, `"receipt":`...), c.Receipt), ',')
	}
	if c.Indicator != "" {
		dst = append(appendWord(append(dst, `"indicator":`...), string(c.Indicator)), ',')
	}
	if c.Siren != nil {
		dst = append(strconv.AppendBool(append(dst, `"siren":`...), *c.Siren), ',')
	}
	if c.Reset {
		dst = append(dst, `"reset":true,`...)
	}
	if c.Drill != nil {
		dst = appendWord(append(dst, `"drill":{"id":`...), c.Drill.ID)
		dst = strconv.AppendInt(append(dst, `,"for_s":`...), int64(c.Drill.For/time.Second), 10)
		dst = append(dst, "},"...)
	}
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

// receiptOf is the id of the press that the command answers; a malformed
// press has its receipt too.
func receiptOf(v value) (string, error) {
	if v.shape == absent {
		return "", nil
	}
	if id, ok := v.uuid(); ok {
		return id, nil
	}
	if id, ok := v.text(MaxTokenLength); ok && validMalformedID(id) {
		return id, nil
	}
	return "", v.want(shapeString, "receipt")
}

func indicatorOf(v value) (devices.Indicator, error) {
	if v.shape == absent {
		return "", nil
	}
	if v.shape != shapeString {
		return "", fault(ReasonType, "indicator")
	}
	s, _ := v.text(maxWordLength)
	for _, i := range CommandedIndicators() {
		if s == string(i) {
			return i, nil
		}
	}
	return "", nil
}

func drillOf(v value) (*devices.DrillWindow, error) {
	if v.shape == absent {
		return nil, nil
	}
	if v.shape != shapeObject {
		return nil, fault(ReasonType, "drill")
	}
	f, err := read(v.raw, drillFields)
	if err != nil {
		return nil, err
	}
	id, ok := f[0].token()
	if !ok {
		return nil, f[0].want(shapeString, "drill.id")
	}
	seconds, ok := f[1].count(int64(MaxDrillWindow / time.Second))
	if !ok {
		return nil, f[1].want(shapeNumber, "drill.for_s")
	}
	return &devices.DrillWindow{ID: id, For: time.Duration(seconds) * time.Second}, nil
}
