package subscribe

import (
	"context"
	"crypto/sha256"
	"time"
)

// Subscriber is a parent who subscribed: a number that was proven, and no name.
type Subscriber struct {
	ID       string // random
	Number   string // in E.164 form
	Language string // zh or en
	Since    time.Time
	Schools  []string // in their order; of one that is kept, never empty
}

// TokenHash is what is kept of a session's token.
type TokenHash [sha256.Size]byte

// Book keeps, on disk, who subscribed. Whatever it changes is in the audit chain
// when a call returns, or nothing is changed.
type Book interface {
	Codes
	Subscribers
	Sessions
}

// Codes are those that the schools give out.
type Codes interface {
	// SubscriptionCode is the school's; false where none is good.
	SubscriptionCode(ctx context.Context, school string) (Code, bool, error)
	// IssueSubscriptionCode puts a code in place of the school's last one.
	IssueSubscriptionCode(ctx context.Context, c Code) error
	// RevokeSubscriptionCode fails with alerting.ErrConflict where none is good.
	RevokeSubscriptionCode(ctx context.Context, school, by, why string, now time.Time) error
}

// Subscribers are those who subscribed.
type Subscribers interface {
	// Subscriber finds whose a number is.
	Subscriber(ctx context.Context, number string) (Subscriber, bool, error)
	// Subscribe adds the school, "" for none, to what the number has, and has it
	// written to in a language. Without a school a number that has nothing yet fails
	// with alerting.ErrNotFound; where a school has as many as can be told, it fails
	// with alerting.ErrConflict.
	Subscribe(ctx context.Context, w Wish, now time.Time) (Subscriber, error)
	// Unsubscribe takes one school off, or all of them for "". Where none is left,
	// nothing is: neither number nor session.
	Unsubscribe(ctx context.Context, id, school string, now time.Time) error
	// CountSubscribers says how many a school has.
	CountSubscribers(ctx context.Context, school string) (int, error)
}

// Sessions are those of subscribers.
type Sessions interface {
	// StartSession begins one, or gives one that is running another end.
	StartSession(ctx context.Context, kept TokenHash, subscriber string, until time.Time) error
	// Session finds whose one is that has not ended, and until when.
	Session(ctx context.Context, kept TokenHash, now time.Time) (s Subscriber, until time.Time, found bool, err error)
	// EndSession ends one; that there is none is no error.
	EndSession(ctx context.Context, kept TokenHash) error
}
