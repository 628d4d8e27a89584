//go:build !linux

package doctor

import "errors"

func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }

func clockIsSet() (set, known bool) { return false, false }
