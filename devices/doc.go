// Package devices says what a device of a campus is and what it can say:
// identity, kind, place and signal.
//
// It owns the vocabulary that the broker, the firmware and the alert router
// share. It starts no goroutine and does no I/O; neither do its
// sub-packages, except firmware, which drives pins, and camera/rtsp, camera/clip
// and camera/recorder, which fetch and keep pictures.
package devices
