package simulation

// law is an invariant of the design, by the number of its section, as a
// failure names it.
type law string

// The laws. Each is held by what stands beside its name below.
const (
	lawDurable     law = "5.1 an acknowledged press is on the disk"            // promise, atDusk
	lawOnce        law = "5.1 a press is in exactly one incident"              // committed, atDusk
	lawAtOnce      law = "5.2 the disk delays no alarm"                        // toldAtOnce
	lawFirst       law = "5.3 a first press stands alone"                      // toldAtOnce, together
	lawSecond      law = "5.3 a second press raises severity"                  // raises
	lawParents     law = "5.4 parents are not told by the engine"              // toParents
	lawNamed       law = "5.5 what is confidential stays with the named"       // confided
	lawPublic      law = "5.5 a public display has the text alone"             // displayed
	lawMode        law = "5.6 no mode becomes another"                         // inItsMode, keepsMode
	lawLatch       law = "5.8 people alone reset a latch"                      // resets
	lawLate        law = "5.9 late is shown as late"                           // aged, keepsAge
	lawAudit       law = "5.10 a change has an actor, a time and a reason"     // accountable, committed
	lawRevoked     law = "5.11 who was revoked is told nothing"                // present
	lawNumbers     law = "3.6 numbers grow for everybody, over restarts"       // numbered
	lawIDs         law = "3.6 a delivery keeps its id, and an id its telling"  // identified
	lawClosing     law = "3.3 what closes is durable before it is answered"    // done
	lawConnected   law = "3.5 a terminal that comes up is sent what is open"   // caughtUp
	lawNextPath    law = "3.5 the next path begins within the leg's share"     // followed
	lawRestart     law = "3.7 a restart attempts again what had no outcome"    // resumed
	lawEscalates   law = "2 escalation goes on until it is acknowledged"       // escalates
	lawReminds     law = "2 signed is not the end"                             // reminds, remindsOnce
	lawTaken       law = "2 an acknowledgement ends its audience's levels"     // endsLevels
	lawShown       law = "3.7 what is shown is what is stored"                 // atDusk
	lawForgotten   law = "5.2 nothing of what is closed is kept"               // atNight
	lawStarts      law = "3.7 the hub starts on what it left"                  // begin
	lawBudget      law = "3.5 a missed budget is marked and counted once"      // marks, tallyMisses
	lawKept        law = "3.5 a budget that is kept is not held against any"   // marks, tallyMisses, overran
	lawShare       law = "3.5 no path begins before the leg's share is spent"  // unhurried
	lawReleased    law = "5.7 nothing goes to parents without its release"     // lets, posted, pages
	lawReplaces    law = "5.7 each number to parents replaces the one before"  // succeeds, posted
	lawUntold      law = "5.5 parents hear nothing of what is confidential"    // lets
	lawAllSafe     law = "5.7 all are safe only after a complete head count"   // lets
	lawCounted     law = "2 a head count adds up, and its last figures hold"   // counted, addsUp
	lawOrdered     law = "3.8 a drill does what is stored, by who may"         // exercised, starts, rehearsed, paged
	lawDrillTold   law = "5.6 a drill is told as one, and nothing real is"     // rehearsed
	lawDrillPolice law = "3.8 police hear of a drill that they accepted"       // policeOf, policeDrills
	lawPreempts    law = "3.8 what is live ends a drill"                       // preempts, yields, restsAfter
	lawGoesBack    law = "3.8 sirens and windows go back when a drill ends"    // goesBack
	lawSurprise    law = "3.8 a button that drills by itself goes back"        // surprises
	lawSentBack    law = "3.8 a person sends people back, after the count"     // sentBack
	lawAuditor     law = "2 no step was forgotten by its timer"                // audited
	lawStuck       law = "5.3 a stuck button is told as a count"               // counting, recounts
	lawCurtain     law = "5.3 no press goes behind a concealment"              // outside
	lawDisarmed    law = "5.8 no calendar disarms a button"                    // toldAtOnce
	lawUnclosed    law = "5.8 people alone close what people pressed"          // closes
	lawTwo         law = "5.7 a drill of two schools begins by two people"     // bySecond
	lawExamined    law = "3.8 no drill disturbs an examination"                // undisturbed
	lawLight       law = "3 the button's light says what is so"                // shines, sight
	lawSilent      law = "3 a silent press gives nobody away"                  // shines
	lawReported    law = "5.10 a report is stamped when it was made"           // submits
	lawReopened    law = "5.5 who was cut off by mistake is told anew"         // reopens
	lawUndelivered law = "3.5 what came to nothing is said, once"              // staged, cameToNothing
	lawPassed      law = "2 who is passed over has a reason, no level nobody"  // excused
	lawNewest      law = "3.5 nobody hears older news behind newer"            // heard, written, attempted
	lawUseless     law = "3.5 what has no use any more goes out no more"       // useless, heard
	lawDeadline    law = "3.5 nothing is tried after its deadline"             // attempted
	lawAging       law = "5.9 a later attempt says how old it is then"         // attempted
	lawSame        law = "3.6 one id is handed with one content"               // attempted
	lawAgrees      law = "3.5 what a lane says is what its far side saw"       // agrees, moving, unended
	lawPause       law = "3.5 what fails is tried again after a growing pause" // paces
	lawMoving      law = "2 a far side that hangs holds up its own alone"      // moving
)

// laws lists them all.
func laws() []law {
	return []law{
		lawDurable, lawOnce, lawAtOnce, lawFirst, lawSecond, lawParents, lawNamed, lawPublic, lawMode, lawLatch, lawLate, lawAudit,
		lawRevoked, lawNumbers, lawIDs, lawClosing, lawConnected, lawNextPath, lawRestart, lawEscalates, lawReminds, lawTaken, lawShown,
		lawForgotten, lawStarts, lawAuditor, lawBudget, lawKept, lawShare, lawReleased, lawReplaces,
		lawUntold, lawAllSafe, lawCounted, lawOrdered, lawDrillTold, lawDrillPolice, lawPreempts, lawGoesBack, lawSurprise, lawSentBack,
		lawStuck, lawCurtain, lawDisarmed, lawUnclosed, lawTwo, lawExamined, lawLight, lawSilent, lawReported, lawReopened, lawUndelivered, lawPassed,
		lawNewest, lawUseless, lawDeadline, lawAging, lawSame, lawAgrees, lawMoving, lawPause,
	}
}
