package notice

import (
	"context"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// Posting is one notice on its way to one school's parents over one channel.
type Posting struct {
	Notice string
	Figure
}

// Addressee is one way to one parent, and the language that they read; "" is
// both.
type Addressee struct {
	Address, Language string
	// Subscribed says that they are told because they subscribed, and not once
	// they have unsubscribed; others are on the school's list.
	Subscribed bool
}

// Book keeps, on disk, how parents are reached and how far each notice got.
type Book interface {
	// OpenPostings freezes whom a notice goes to, once: the school's list,
	// whoever subscribed, and whoever is named also. A second time it returns what became of it.
	OpenPostings(ctx context.Context, notice, school string, also []people.Parent, start time.Time) ([]Posting, error)
	// Postings are those that were opened.
	Postings(ctx context.Context, notice, school string) ([]Posting, error)
	// Left lists whom a posting has not tried yet.
	Left(ctx context.Context, p Posting) ([]Addressee, error)
	// Subscribes reports whether somebody is subscribed to a school's notices yet.
	Subscribes(ctx context.Context, school, address string) (bool, error)
	// Settle stores a posting's figures, and takes off whoever was tried.
	Settle(ctx context.Context, p Posting, tried []release.Recipient) error
}

// Letter is a notice for one parent.
type Letter struct {
	// ID is the same for every attempt, also after a restart: a gateway that
	// has it already sends it once.
	ID       string
	School   string
	Address  string
	Text     alerting.Text // in the language that the parent reads, if it is known
	Mode     alerting.Mode
	Deadline time.Time
}

// Sender hands a letter to whoever carries it, once. An error is tried again
// unless it is deliver.Permanent. It never repeats an address in an error.
type Sender interface {
	Hand(ctx context.Context, l Letter) error
}

// Senders finds who carries to a school's parents over a channel; false where
// nobody does.
type Senders func(school string, c alerting.Channel) (Sender, bool)
