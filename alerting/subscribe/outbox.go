package subscribe

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

const (
	// mostWaiting bounds the texts that wait to go out. Overflow: whoever asks is
	// refused, and may ask again.
	mostWaiting = 256
	workers     = 4
	attempts    = 2
	attemptFor  = 5 * time.Second
)

// text is a one-time code on its way.
type text struct {
	id, school string // school: whose gateway; "" where nobody is written to
	wish       Wish
	digits     string
	until      time.Time
}

// Run hands the codes over until ctx ends. Who still waits then is not written to.
func (d *Desk) Run(ctx context.Context) error {
	var g errgroup.Group
	for range workers {
		g.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case t := <-d.outbox:
					d.send(ctx, t)
				}
			}
		})
	}
	return g.Wait()
}

func (d *Desk) send(ctx context.Context, t text) {
	if t.school == "" {
		return
	}
	err := d.hand(ctx, t)
	if ctx.Err() != nil {
		return
	}
	d.metrics.texts.WithLabelValues(result(err)).Inc()
	if err != nil {
		d.Log.Warn("a parent was not sent a one-time code", "school", t.school, "error", err)
	}
}

func (d *Desk) hand(ctx context.Context, t text) error {
	s, _ := d.People().School(t.school)
	sender, ok := d.Senders(t.school, alerting.ChannelSMS)
	if !ok {
		return errNoSMS
	}
	said, err := release.RenderOneTime(release.SchoolOf(s, s.Pickups), t.digits)
	if err != nil {
		return err
	}
	if t.wish.Language == "en" {
		said.ZH = ""
	} else {
		said.EN = ""
	}
	l := notice.Letter{ID: t.id, School: t.school, Address: t.wish.Number, Text: said, Mode: devices.Live, Deadline: t.until}
	for range attempts {
		if err = once(ctx, sender, l); err == nil || deliver.IsPermanent(err) {
			break
		}
	}
	return err
}

func once(ctx context.Context, s notice.Sender, l notice.Letter) error {
	ctx, cancel := context.WithTimeout(ctx, attemptFor)
	defer cancel()
	return s.Hand(ctx, l)
}

func result(err error) string {
	switch {
	case err == nil:
		return "handed"
	case deliver.IsPermanent(err) || errors.Is(err, errNoSMS):
		return "refused"
	}
	return "unanswered"
}
