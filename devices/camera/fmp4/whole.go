package fmp4

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrNoFilm is a file that has not even a header.
var ErrNoFilm = errors.New("fmp4: no header")

// Whole returns up to where a file of this size is whole: the end of its last
// fragment, or of its header where it has none. What is behind was being
// written when the writer ended.
func Whole(r io.ReaderAt, size int64) (int64, error) {
	whole, at, want := int64(0), int64(0), "ftyp"
	after := map[string]string{"ftyp": "moov", "moov": "moof", "moof": "mdat", "mdat": "moof"}
	for {
		var head [8]byte
		if _, err := r.ReadAt(head[:], at); err != nil && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("read boxes: %w", err)
		}
		length, name := int64(binary.BigEndian.Uint32(head[:])), string(head[4:])
		if length < 8 || at+length > size || name != want {
			break
		}
		if at += length; name == "moov" || name == "mdat" {
			whole = at
		}
		want = after[name]
	}
	if whole == 0 {
		return 0, ErrNoFilm
	}
	return whole, nil
}
