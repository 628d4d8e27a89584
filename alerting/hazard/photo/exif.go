package photo

import "encoding/binary"

// The tag of the orientation, and the type of its value (Exif 2.32, 4.6.4 A).
const (
	tagOrientation = 0x0112
	typeShort      = 3
	entrySize      = 12
)

// orientation is how a picture is to be turned, by its Exif data (a TIFF's
// header and first directory): 1 to 8, and 1 where it says nothing that can be
// read. Nothing else of the data is looked at.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for n := int(order.Uint16(tiff[at:])); n > 0 && len(entries) >= entrySize; n-- {
		e := entries[:entrySize]
		if order.Uint16(e) == tagOrientation && order.Uint16(e[2:]) == typeShort {
			if v := int(order.Uint16(e[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[entrySize:]
	}
	return 1
}
