//go:build !linux

package backup

// background does nothing where a thread's priority cannot be lowered alone.
func background() {}

func room(string) (bytes int64, known bool) { return 0, false }

func disk(string) (id uint64, known bool) { return 0, false }
