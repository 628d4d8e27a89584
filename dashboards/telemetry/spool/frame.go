package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"
)

// MaxRecord is how long one record may be, in bytes.
const MaxRecord = 64 << 10

// The sizes of what stands before records, in bytes.
const (
	headerSize = 32 // magic, first index, creation, CRC of these, padding
	frameSize  = 8  // length and CRC-32C of what follows
)

const magic = "CHSPOOL1"

// errTorn says that what follows is no whole record: the tail of a write that
// a kill or a power cut interrupted, or damage.
var errTorn = errors.New("torn record")

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// header is the beginning of a segment.
type header struct {
	first   uint64 // index of its first record
	created time.Time
}

func (h header) encode() []byte {
	b := make([]byte, headerSize)
	copy(b, magic)
	binary.LittleEndian.PutUint64(b[8:], h.first)
	binary.LittleEndian.PutUint64(b[16:], uint64(h.created.UnixNano()))
	binary.LittleEndian.PutUint32(b[24:], checksum(b[:24]))
	return b
}

func decodeHeader(b []byte) (header, error) {
	if len(b) < headerSize || string(b[:8]) != magic || binary.LittleEndian.Uint32(b[24:]) != checksum(b[:24]) {
		return header{}, errTorn
	}
	return header{
		first:   binary.LittleEndian.Uint64(b[8:]),
		created: time.Unix(0, int64(binary.LittleEndian.Uint64(b[16:]))),
	}, nil
}

// appendFrame writes a record behind its length and checksum.
func appendFrame(dst, record []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(record)))
	dst = binary.LittleEndian.AppendUint32(dst, checksum(record))
	return append(dst, record...)
}

// nextFrame returns the first record of b, which shares its memory, and how
// many bytes it takes; 0 bytes where b ends before the record does.
func nextFrame(b []byte) (record []byte, size int, err error) {
	if len(b) < frameSize {
		return nil, 0, nil
	}
	n := binary.LittleEndian.Uint32(b)
	if n == 0 || n > MaxRecord {
		return nil, 0, errTorn
	}
	size = frameSize + int(n)
	if len(b) < size {
		return nil, 0, nil
	}
	record = b[frameSize:size]
	if checksum(record) != binary.LittleEndian.Uint32(b[4:]) {
		return nil, 0, errTorn
	}
	return record, size, nil
}
