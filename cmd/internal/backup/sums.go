package backup

import (
	"crypto/sha256"
	"hash"

	"example.org/campushub/alerting/evidence"
)

// sums makes the checksums of a file that is written to it.
type sums struct {
	whole, block hash.Hash
	bytes        int64
	blocks       []evidence.Hash
}

func newSums() *sums { return &sums{whole: sha256.New(), block: sha256.New()} }

// Write never fails.
func (s *sums) Write(p []byte) (int, error) {
	s.whole.Write(p)
	for rest := p; len(rest) > 0; {
		n := min(int64(len(rest)), BlockSize-s.bytes%BlockSize)
		s.block.Write(rest[:n])
		s.bytes += n
		rest = rest[n:]
		if s.bytes%BlockSize == 0 {
			s.endBlock()
		}
	}
	return len(p), nil
}

func (s *sums) endBlock() {
	s.blocks = append(s.blocks, s.block.Sum(nil))
	s.block.Reset()
}

// file is what was written, under a name.
func (s *sums) file(name string) File {
	if s.bytes%BlockSize != 0 {
		s.endBlock()
	}
	f := File{Name: name, Bytes: s.bytes, SHA256: s.whole.Sum(nil), Blocks: s.blocks}
	if len(f.Blocks) < 2 {
		f.Blocks = nil
	}
	return f
}
