// Package journaltest gives tests a disk that can be full.
//
// It mounts a small memory disk for one test and takes it away behind it. It
// starts no goroutine and is for tests alone.
package journaltest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// SmallDisk mounts a disk of its own, of so many MiB, and returns its folder.
// Mounting takes root, or a sudo that asks nothing, as installing the tests'
// packages does.
func SmallDisk(t *testing.T, mebibytes int) string {
	t.Helper()
	dir := t.TempDir()
	options := fmt.Sprintf("size=%dm,mode=0777", mebibytes)
	require.NoError(t, run("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir), "mount a small disk")
	t.Cleanup(func() { require.NoError(t, run("umount", "--lazy", dir)) })
	return dir
}

func run(name string, args ...string) error {
	if os.Geteuid() != 0 {
		name, args = "sudo", append([]string{"-n", name}, args...)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// Fill leaves no block of a disk free; remove makes room again.
func Fill(t *testing.T, dir string) (remove func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	require.ErrorIs(t, fill(path), syscall.ENOSPC)
	return func() { require.NoError(t, os.Remove(path)) }
}

func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	return errors.Join(err, f.Close())
}
