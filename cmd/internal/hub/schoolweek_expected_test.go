package hub

// weekExpected is everything that the week raises: when, of what kind, about what,
// where, how grave it became, and which audience was first told after how many
// seconds, with those of it who were told then. What has nobody is in the digest.
var weekExpected = []string{
	// a holiday
	"tue 12:51:10 patrol-missed 2026-05-05/midday @campus low: school+0(office-1 officer)",
	"tue 15:31:10 patrol-missed 2026-05-05/afternoon @campus low: school+0(leader office-1 officer)",
	// a plain school day, and a night with one guard
	"wed 07:25:10 post-missed 2026-05-06/south/morning @south low: school+60(office-1 officer) guards+0(relief)",
	"wed 09:01:00 device-lost r-1 @south low:",
	"wed 10:20:30 hazard g-1 @south low: guards+0(crossing guards-1 relief zhao)",
	"wed 14:20:00 device-service b-3 @hall low:",
	"wed 15:15:10 post-missed 2026-05-06/south/afternoon @south low: school+60(office-1 officer)",
	"wed 15:30:00 post-uncovered 2026-05-06/south/afternoon @south high: school+0(leader office-1 officer) guards+0(crossing)",
	"wed 19:30:30 hazard g-1 @south high: school+180(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"wed 23:01:00 lone-worker 2026-05-06/gatehouse/night @gatehouse critical: police+120(beat desk-1 liaison) school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	// examinations
	"thu 07:30:00 hazard g-1 @south low: guards+0(crossing guards-1 relief zhao) without a sound",
	"thu 10:00:00 tamper b-2 @gatehouse high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"thu 11:45:00 intrusion b-1 @south critical: police+0(beat desk-1 liaison) school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"thu 14:01:00 hazard g-1 @south low: guards+0(crossing guards-1 relief zhao) without a sound",
	"thu 15:01:00 button-lost b-2 @gatehouse low: school+0(office-1 officer) without a sound guards+0(crossing guards-1 relief zhao) without a sound",
	"thu 21:41:00 hazard g-1 @south high: school+180(office-1 officer) without a sound guards+0(crossing guards-1 relief zhao) without a sound",
	// ends early
	"fri 07:55:00 hazard g-1 @south low: school+0(office-1 officer)",
	"fri 14:46:45 crowd g-1 @south high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao) staff+0(staff)",
	"fri 15:25:00 hazard g-1 @south low: school+0(office-1 officer)",
	"fri 20:01:00 uplink-lost uplink @hub high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	// a make-up working day with a Monday's times
	"sat 00:00:00 device-service counters/G11 @hub low:",
	"sat 07:35:00 hazard v-1 @south high: school+180(office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"sat 10:00:05 hazard g-1 @south high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"sat 13:40:10 hazard v-1 @south high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"sat 17:15:10 post-missed 2026-05-09/south/after-service @south low: school+60(office-1 officer)",
	"sat 20:00:05 device-service e-1/G12 @hall low:",
	// closed
	"sun 02:00:30 welfare o-1 @hall critical: school+0(officer)",
	"sun 10:22:10 patrol-missed 2026-05-10/morning @campus low: school+0(office-1 officer)",
	"sun 11:00:00 intrusion v-1 @south high: police+0(beat desk-1 liaison) school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"sun 19:05:10 post-uncovered 2026-05-10/gatehouse/night @gatehouse low: school+0(leader office-1 officer)",
	"sun 19:05:10 post-missed 2026-05-10/gatehouse/night @gatehouse low: school+60(office-1 officer)",
	// a plain school day
	"mon 03:10:30 hazard d-1 @hall high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"mon 09:01:00 button-lost b-1 @south high: school+0(office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"mon 10:01:00 hazard e-1 @hall high: school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
	"mon 15:13:00 crowd g-1 @south high: school+0(office-1 officer) guards+0(crossing guards-1 relief zhao) staff+480(staff)",
	"mon 15:53:00 lone-worker roll-call/call-1 @south high: police+120(beat desk-1 liaison) school+0(leader office-1 officer) guards+0(crossing guards-1 relief zhao)",
}
