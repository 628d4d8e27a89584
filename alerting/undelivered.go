package alerting

// Why is why a delivery came to nothing, in one of a few words that can be
// counted; its reason says the same in detail.
type Why string

// Why it did.
const (
	WhyRefused     Why = "refused"     // whoever carries it will not, however often it is asked
	WhyUnanswered  Why = "unanswered"  // not accepted in any attempt while there was time
	WhyOverloaded  Why = "overloaded"  // too much waited before it
	WhyUndelivered Why = "undelivered" // accepted, and reported as not delivered
	WhyClosed      Why = "closed"      // the incident was closed before it could be told
)

// Whys lists them all.
func Whys() []Why {
	return []Why{WhyRefused, WhyUnanswered, WhyOverloaded, WhyUndelivered, WhyClosed}
}
