package robot

import (
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// A robot takes 20 messages a minute (WeCom and DingTalk publish that number;
// Feishu takes more, and a group that reads faster does not exist).
const (
	perMinute = 20
	// kept of these are for live critical incidents alone: no other audience's
	// news may use up a robot that the police read too.
	kept = 5
	// window is the minute, and what two attempts may take on their way: the
	// vendor counts when they arrive.
	window = time.Minute + 2*time.Second
)

// maxThreads bounds how many recipients' incidents are remembered at once.
const maxThreads = 1024

// Pace keeps robots within their vendor's limit, whichever lane writes. One
// is shared by all channels of a vendor.
//
// Nothing queues here. A message beyond the limit is sent back to its lane
// with the pause that it needs; if that is longer than it has, it fails and
// the contact's next path begins. While it waits, newer news of its incident
// for the same recipient takes its place: the older one expires at its next
// attempt, so that what a group reads first is what is true now.
type Pace struct {
	mu     sync.Mutex // guards robots and all in it
	robots map[string]*tempo
}

// NewPace returns the pace of robots that have written nothing yet.
func NewPace() *Pace { return &Pace{robots: map[string]*tempo{}} }

// tempo is one robot's.
type tempo struct {
	sent  []time.Time // within the window, the oldest first
	until time.Time   // the vendor wants nothing before
	// news holds the newest update of each recipient's incident; overflow: the
	// one that was heard of longest ago is forgotten, and only loses its right
	// to replace.
	news map[thread]news
}

type thread struct{ incident, recipient string }

type news struct {
	number int64
	at     time.Time
}

// take allows a message now, or says how long it has to wait, or that newer
// news has taken its place.
func (p *Pace) take(robot string, m deliver.Message, now time.Time) (pause time.Duration, superseded bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of(robot)
	if t.superseded(m, now) {
		return 0, true
	}
	pause = max(t.wait(limit(m), now), t.until.Sub(now), 0)
	if pause == 0 {
		t.sent = append(t.sent, now)
	}
	return pause, false
}

// hold keeps a robot silent until its vendor takes messages again.
func (p *Pace) hold(robot string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(robot).until = until
}

func (p *Pace) of(robot string) *tempo {
	t, ok := p.robots[robot]
	if !ok {
		t = &tempo{news: map[thread]news{}}
		p.robots[robot] = t
	}
	return t
}

func limit(m deliver.Message) int {
	if m.Urgent() && m.Severity == alerting.Critical {
		return perMinute
	}
	return perMinute - kept
}

// wait is how long until fewer than limit messages lie within the window.
func (t *tempo) wait(limit int, now time.Time) time.Duration {
	for len(t.sent) > 0 && now.Sub(t.sent[0]) >= window {
		t.sent = t.sent[1:]
	}
	if len(t.sent) < limit {
		return 0
	}
	return t.sent[len(t.sent)-limit].Add(window).Sub(now)
}

// superseded reports whether newer news of the incident has been here, and
// remembers this.
func (t *tempo) superseded(m deliver.Message, now time.Time) bool {
	key := thread{m.Incident, m.Recipient}
	known, ok := t.news[key]
	if ok && known.number > m.Number {
		return true
	}
	if !ok && len(t.news) >= maxThreads {
		t.forget()
	}
	t.news[key] = news{m.Number, now}
	return false
}

func (t *tempo) forget() {
	var oldest thread
	var at time.Time
	for key, n := range t.news {
		if at.IsZero() || n.at.Before(at) {
			oldest, at = key, n.at
		}
	}
	delete(t.news, oldest)
}
