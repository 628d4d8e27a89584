package alerting

import "time"

// KindPathCheck is what a terminal is told of a path check. It is no kind of
// incident: nothing ever opens one with it.
const KindPathCheck Kind = "path-check"

// KindWayTest is what one recipient is told when somebody tests the way to them.
// It is no kind of incident either, and proves nothing of the way from a button.
const KindWayTest Kind = "way-test"

// PathCheckDevice is the name of the hub's own virtual device in every school;
// no other device may have it.
const PathCheckDevice = "path-check"

// PathStage is a stage of the way of a press, as a path check goes through it.
type PathStage string

// The stages, in their order.
const (
	PathPressed  PathStage = "pressed"  // the virtual device pressed, and the broker acknowledged it
	PathReached  PathStage = "reached"  // the engine has it
	PathStored   PathStage = "stored"   // the journal's commit is durable
	PathHanded   PathStage = "handed"   // the far side accepted it
	PathReceived PathStage = "received" // the endpoint confirmed it
)

// NoAnswerYet is the reason of a step that says that somebody has been told, and
// nothing more.
const NoAnswerYet = "no answer yet"

// PathStep is a stage that a path check has passed, or has failed at where it
// has a reason.
type PathStep struct {
	School string
	Check  string // the press id
	Stage  PathStage
	Leg    LegKey // whom it was for; zero for the stages before the telling
	Via    Via
	At     time.Time
	Reason string // why the stage was not passed; "" where it was
}
