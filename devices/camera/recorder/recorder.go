package recorder

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/devices"
	"example.org/campushub/devices/camera"
	"example.org/campushub/devices/camera/clip"
	"example.org/campushub/devices/camera/fmp4"
	"example.org/campushub/devices/camera/rtsp"
)

const (
	// heard is how many units wait for the owner, which never waits itself:
	// overflow has the camera wait.
	heard = 64
	// maxClips is how many clips of one camera are written at a time: more are
	// refused.
	maxClips = 8
	// tick is how often is looked what did not come, and which clip is over.
	tick = time.Second
)

// Config is one camera.
type Config struct {
	Address devices.Address
	RTSP    rtsp.Config
	Ring    camera.Limits
	Clips   clip.Store
	// Found takes what is found of the picture, and Kept what became of a clip.
	// Neither may wait for anything. nil: nobody wants to know.
	Found func(camera.Finding)
	Kept  func(clip.Film)
}

// The errors of a recorder.
var (
	ErrClips   = errors.New("recorder: too many clips of this camera are being written")
	ErrName    = errors.New("recorder: want a name of a-z, 0-9 and -")
	ErrPicture = errors.New("recorder: there is no picture")
	ErrEnded   = errors.New("recorder: ended")
)

// Recorder runs one camera.
type Recorder struct {
	config Config
	client *rtsp.Client
	log    *slog.Logger
	heard  chan event
	asked  chan func(*state)
	ended  chan struct{}
}

// New returns a recorder that does not run yet.
func New(c Config, log *slog.Logger) (*Recorder, error) {
	log = log.With("component", "recorder", "camera", c.Address.String())
	client, err := rtsp.New(c.RTSP, log)
	if err != nil {
		return nil, err
	}
	if c.Found == nil {
		c.Found = func(camera.Finding) {}
	}
	if c.Kept == nil {
		c.Kept = func(clip.Film) {}
	}
	return &Recorder{
		config: c, client: client, log: log,
		heard: make(chan event, heard), asked: make(chan func(*state)), ended: make(chan struct{}),
	}, nil
}

// Run runs the camera until ctx ends. Clips that are being written end then.
func (r *Recorder) Run(ctx context.Context) error {
	defer close(r.ended)
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return r.client.Run(running, newIntake(running, r.heard)) })
	g.Go(func() error { r.own(running); return nil })
	return g.Wait()
}

// own is the owner of the camera's state.
func (r *Recorder) own(ctx context.Context) {
	s := newState(r.config, r.log, time.Now())
	defer s.end()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-r.heard:
			s.take(e)
		case ask := <-r.asked:
			ask(s)
		case <-ticker.C:
			s.tick(time.Now())
		}
	}
}

// ask has the owner do something, and waits until it is done.
func (r *Recorder) ask(ctx context.Context, do func(*state)) error {
	done := make(chan struct{})
	select {
	case r.asked <- func(s *state) { do(s); close(done) }:
		<-done
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-r.ended:
		return ErrEnded
	}
}

// Record has a clip written under this name, from the keyframe before from, as
// far as the ring reaches back, to until. Of a clip that is being written it
// moves the end, and never nearer.
func (r *Recorder) Record(ctx context.Context, name string, from, until time.Time) error {
	if !devices.ValidName(name) {
		return ErrName
	}
	var err error
	if asked := r.ask(ctx, func(s *state) { err = s.record(name, from, until) }); asked != nil {
		return asked
	}
	return err
}

// Picture is the newest keyframe as a film of one picture, and when it was taken.
func (r *Recorder) Picture(ctx context.Context) (film []byte, at time.Time, err error) {
	var u camera.Unit
	var ok bool
	if err := r.ask(ctx, func(s *state) { u, ok = s.ring.Newest() }); err != nil {
		return nil, time.Time{}, err
	}
	if !ok {
		return nil, time.Time{}, ErrPicture
	}
	film = fmp4.Header(u.Format, u.At)
	return fmp4.Fragment(film, 1, 0, []fmp4.Sample{{Data: u.Data, Duration: fmp4.Scale, Key: true}}), u.At, nil
}

// Bytes is what the ring holds.
func (r *Recorder) Bytes(ctx context.Context) (n int, err error) {
	err = r.ask(ctx, func(s *state) { n = s.ring.Bytes() })
	return n, err
}
