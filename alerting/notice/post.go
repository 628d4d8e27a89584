package notice

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// PostConfig sizes the lanes to parents. Zero fields take the defaults.
type PostConfig struct {
	Workers int           // letters under way at once, of one school over one channel; default 16
	Batch   int           // letters before the figures are stored; default 250
	Pace    time.Duration // in which a batch begins, letter by letter; default 1 s, negative is none
	Attempt time.Duration // longest single attempt; default 5 s
	// Also names, when a notice goes out, who is told beside the school's list:
	// browsers, and the group of a robot. nil names nobody.
	Also func(school string) []people.Parent
	// LatestAlarm says when the latest alarm came, zero where there was none:
	// letters begin less often beside a young one. It is called for each letter,
	// from several goroutines. nil: there are no alarms.
	LatestAlarm func() time.Time
	// Metrics counts letters; nil counts them for nobody.
	Metrics prometheus.Registerer
}

func (c PostConfig) withDefaults() PostConfig {
	if c.Workers <= 0 {
		c.Workers = 16
	}
	if c.Batch <= 0 || c.Batch > release.MaxBatch {
		c.Batch = 250
	}
	if c.Pace == 0 {
		c.Pace = time.Second
	}
	c.Pace = max(c.Pace, 0)
	if c.Attempt <= 0 {
		c.Attempt = 5 * time.Second
	}
	if c.Also == nil {
		c.Also = func(string) []people.Parent { return nil }
	}
	if c.LatestAlarm == nil {
		c.LatestAlarm = func() time.Time { return time.Time{} }
	}
	return c
}

const (
	// attempts is how often a letter is tried.
	attempts = 3
	// firstPause grows twofold from one attempt to the next.
	firstPause = 200 * time.Millisecond
	// UsefulFor is how long after its release a notice may still be handed over:
	// later it would tell of something that is over.
	UsefulFor = time.Hour
	// settleWithin bounds the writing down of figures, also while the hub stops.
	settleWithin = 5 * time.Second
)

// Why the rest of a posting is not told.
const (
	endedReplaced  = "replaced"
	endedExpired   = "expired"
	endedNoGateway = "no gateway"
)

// Post carries notices to parents. Each school has, for each channel, workers
// and connections of its own; nothing here is shared with another audience.
type Post struct {
	cfg     PostConfig
	book    Book
	senders Senders
	metrics *metrics
	log     *slog.Logger

	mu      sync.Mutex      // guards what follows
	waiting []Sent          // begun before Run took them; bounded by releases
	running []*carrying     // under way
	figures map[string]figs // by notice
	ready   chan struct{}
}

// figs are a notice's figures by school and channel.
type figs map[figKey]Figure

type figKey struct {
	school  string
	channel alerting.Channel
}

// carrying is one notice on its way to one school's parents.
type carrying struct {
	sent Sent
	stop context.CancelCauseFunc
}

var errReplaced = errors.New("a later number is out")

// NewPost returns a post; nothing is carried before Run.
func NewPost(c PostConfig, b Book, s Senders, log *slog.Logger) *Post {
	return &Post{
		cfg: c.withDefaults(), book: b, senders: s, metrics: newMetrics(c.Metrics), log: log.With("component", "parents"),
		figures: map[string]figs{}, ready: make(chan struct{}, 1),
	}
}

// Begin carries a notice, or goes on where a stop cut it off.
func (p *Post) Begin(s Sent) {
	p.mu.Lock()
	p.waiting = append(p.waiting, s)
	p.mu.Unlock()
	select {
	case p.ready <- struct{}{}:
	default:
	}
}

// Figures says how far a notice got, by school and channel.
func (p *Post) Figures(notice string) []Figure {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Figure
	for _, f := range p.figures[notice] {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Figure) int {
		if a.School+string(a.Channel) < b.School+string(b.Channel) {
			return -1
		}
		return 1
	})
	return out
}

// Run carries until ctx ends. What is not handed by then goes on after the
// next start.
func (p *Post) Run(ctx context.Context) error {
	var lanes sync.WaitGroup
	defer lanes.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.ready:
			for _, s := range p.take() {
				own := p.enter(ctx, s)
				lanes.Go(func() {
					defer p.leave(own.carrying)
					p.carry(own.ctx, s)
				})
			}
		}
	}
}

func (p *Post) take() []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.waiting
	p.waiting = nil
	return out
}

type entered struct {
	*carrying
	ctx context.Context //nolint:containedctx // handed to the goroutine that it is for
}

// enter notes what is under way, and stops what it replaces: the old number
// must reach nobody after the new one.
func (p *Post) enter(ctx context.Context, s Sent) entered {
	ctx, stop := context.WithCancelCause(ctx)
	c := &carrying{sent: s, stop: stop}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.running {
		if o.sent.School == s.School && o.sent.Mode == s.Mode && o.sent.Number > 0 && o.sent.Number < s.Number {
			o.stop(errReplaced)
		}
	}
	p.running = append(p.running, c)
	return entered{c, ctx}
}

func (p *Post) leave(c *carrying) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.stop(nil)
	p.running = slices.DeleteFunc(p.running, func(o *carrying) bool { return o == c })
}

// carry brings one notice to one school's parents over every channel at once.
func (p *Post) carry(ctx context.Context, s Sent) {
	now := time.Now()
	open := p.book.Postings
	if !s.Replaced && now.Sub(s.At) < UsefulFor {
		open = func(ctx context.Context, notice, school string) ([]Posting, error) {
			return p.book.OpenPostings(ctx, notice, school, p.cfg.Also(school), now)
		}
	}
	all, err := open(ctx, s.ID, s.School)
	if err != nil && ctx.Err() == nil {
		p.log.Error("parents are told by their page alone", "notice", s.ID, "school", s.School, "error", err)
		return
	}
	var channels sync.WaitGroup
	for _, k := range all {
		p.note(k)
		if k.Done.IsZero() {
			l := &lane{post: p, sent: s, posting: k, deadline: s.At.Add(UsefulFor)}
			p.metrics.planned(k)
			channels.Go(func() { l.run(ctx) })
		}
	}
	channels.Wait()
}

func (p *Post) note(k Posting) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.figures[k.Notice] == nil {
		p.figures[k.Notice] = figs{}
	}
	p.figures[k.Notice][figKey{k.School, k.Channel}] = k.Figure
}

// batch hands a batch with as many workers as there may be, and returns whom
// it tried. The letters begin evenly, and none catches up what a slow gateway
// has cost: two hundred at once would take the processors from somebody's alarm.
func (l *lane) batch(ctx context.Context, sender Sender, to []release.Recipient) []release.Recipient {
	var g errgroup.Group
	g.SetLimit(l.post.cfg.Workers)
	for _, r := range to {
		began := time.Now()
		l.stepAside(ctx)
		g.Go(func() error {
			l.hand(ctx, sender, r)
			return nil
		})
		if !pause(ctx, l.gap(began)-time.Since(began)) {
			break
		}
	}
	_ = g.Wait() // hand counts what fails
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.tried
	l.tried = nil
	return out
}
