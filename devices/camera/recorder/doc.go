// Package recorder runs one camera: it keeps the newest of its picture in
// memory, writes clips when it is told to, and says when there is no picture.
//
// It owns the camera's connection, its ring and its clips. Run starts a
// goroutine that reads from the camera, and each clip one that waits for the
// disk; all have ended when it returns. Nothing is written but clips that were
// asked for, a disk that hangs holds up its clip alone, and whoever asks for
// something waits for no camera and no disk.
package recorder
