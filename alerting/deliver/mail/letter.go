package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	smtp "github.com/wneessen/go-mail"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/reach"
)

// longestSubject is how many characters of a text its subject shows.
const longestSubject = 80

// plainAddress is an address without quotes, comments or lists: what could
// mean more than one thing is none.
var plainAddress = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$`)

// Address reads a mail address, with the sender's name before it if any. Its
// error does not repeat it.
func Address(s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || !plainAddress.MatchString(a.Address) || strings.ContainsFunc(a.Name, unicode.IsControl) {
		return nil, errors.New("want a mail address, such as duty@example.org")
	}
	return a, nil
}

// newLetter is the mail that carries the message. Every attempt has the same
// Message-ID, made of the delivery's id, so that a mailbox can drop the
// second copy.
func newLetter(m deliver.Message, r reach.Route, now time.Time) (*smtp.Msg, error) {
	from, err := Address(r.Gateway.From)
	if err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	to, err := Address(r.Path.Address)
	if err != nil {
		return nil, fmt.Errorf("contact %s: %w", r.Contact.Name, err)
	}
	letter := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	letter.FromMailAddress(from)
	letter.ToMailAddress(&mail.Address{Address: to.Address})
	letter.Subject(subject(m.Text))
	letter.SetDateWithValue(now)
	letter.SetMessageIDWithValue(token(m.Delivery) + "@" + domain(r.Gateway.From))
	// RFC 3834: nobody's absence note answers an alarm.
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetGenHeader(smtp.HeaderXAutoResponseSuppress, "All")
	if m.Urgent() && m.Severity.Rank() >= alerting.High.Rank() {
		letter.SetImportance(smtp.ImportanceHigh)
	}
	letter.SetBodyString(smtp.TypeTextPlain, body(m.Text))
	return letter, nil
}

// subject is the first language on one line; the body has it all.
func subject(t alerting.Text) string {
	s := t.ZH
	if s == "" {
		s = t.EN
	}
	s = strings.Join(strings.FieldsFunc(s, unicode.IsControl), " ")
	if r := []rune(s); len(r) > longestSubject {
		s = string(r[:longestSubject-1]) + "…"
	}
	return s
}

func body(t alerting.Text) string {
	var lines []string
	for _, s := range []string{t.ZH, t.EN} {
		if s != "" {
			lines = append(lines, strings.ReplaceAll(s, "\r", ""))
		}
	}
	return strings.Join(lines, "\n\n") + "\n"
}

// domain is the sender's, as a name for this end of the session that gives
// nothing else away.
func domain(from string) string {
	a, err := Address(from)
	if err != nil {
		return "localhost"
	}
	return a.Address[strings.LastIndexByte(a.Address, '@')+1:]
}

// token is an id as the left side of a Message-ID may hold it.
func token(id string) string {
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			return c
		}
		return '-'
	}, id)
}
