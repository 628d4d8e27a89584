package texts

// Code names a text. defaults.yaml says what each is for.
type Code string

// To the police.
const (
	PoliceNew          Code = "POL-01"
	PoliceRevealed     Code = "POL-01-open"
	PoliceAgain        Code = "POL-02"
	PoliceStuck        Code = "POL-02-stuck"
	PoliceFound        Code = "POL-03"
	PoliceCancel       Code = "POL-04"
	PoliceCancelThere  Code = "POL-04-place"
	PoliceEscalated    Code = "POL-05"
	PoliceUnfollowed   Code = "POL-05-signed"
	PoliceClosed       Code = "POL-06"
	PoliceLate         Code = "POL-07"
	PoliceLateClosed   Code = "POL-08"
	PoliceWayCut       Code = "POL-09"
	PoliceWayCutSilent Code = "POL-09-nonumber"
	PoliceFiled        Code = "POL-10"
	PoliceDrill        Code = "POL-11"
	PoliceTest         Code = "POL-12"
	PoliceConfidential Code = "POL-13"
	PoliceSigned       Code = "POL-signed"
	PoliceTaken        Code = "POL-taken"
	PoliceReminded     Code = "POL-reminded"
	PoliceReset        Code = "POL-reset"
)

// To the police, of a confidential incident that they have been told of.
const (
	PoliceConfidentialSigned     Code = "POL-13-signed"
	PoliceConfidentialTaken      Code = "POL-13-taken"
	PoliceConfidentialNobody     Code = "POL-13-nobody"
	PoliceConfidentialUnfollowed Code = "POL-13-unfollowed"
	PoliceConfidentialReminded   Code = "POL-13-reminded"
	PoliceConfidentialCancel     Code = "POL-13-cancel"
	PoliceConfidentialReset      Code = "POL-13-reset"
	PoliceConfidentialClosed     Code = "POL-13-closed"
)

// An alarm where a text message has no room for more.
const (
	PoliceBrief     Code = "POL-brief"
	PoliceBriefLate Code = "POL-brief-late"
	SchoolBrief     Code = "SCH-brief"
	SchoolBriefLate Code = "SCH-brief-late"
	DistrictBrief   Code = "EDU-brief"
)

// To the school.
const (
	SchoolNew               Code = "SCH-01"
	SchoolRevealed          Code = "SCH-01-open"
	SchoolLate              Code = "SCH-01-late"
	SchoolSigned            Code = "SCH-02"
	SchoolSignedThere       Code = "SCH-02-place"
	SchoolNobody            Code = "SCH-03"
	SchoolUnreached         Code = "SCH-04"
	SchoolUnreachedThere    Code = "SCH-04-place"
	SchoolRelease           Code = "SCH-05"
	SchoolUncovered         Code = "SCH-06"
	SchoolUncoveredLow      Code = "SCH-06-quiet"
	SchoolNoRoster          Code = "SCH-06-roster"
	SchoolUnseen            Code = "SCH-06-unseen"
	SchoolUnseenLow         Code = "SCH-06-unseen-quiet"
	SchoolLinkCut           Code = "SCH-06-link"
	SchoolLinkCutLow        Code = "SCH-06-link-quiet"
	SchoolConfidential      Code = "SCH-07"
	SchoolConfidentialThere Code = "SCH-07-place"
	SchoolClosed            Code = "SCH-08"
	SchoolLateClosed        Code = "SCH-08-late"
	SchoolTaken             Code = "SCH-taken"
	SchoolCancel            Code = "SCH-cancel"
	SchoolFound             Code = "SCH-found"
	SchoolReminded          Code = "SCH-reminded"
	SchoolReset             Code = "SCH-reset"
	SchoolWayCut            Code = "SCH-way"
	SchoolTest              Code = "SCH-test"
	SchoolDigest            Code = "SCH-digest"
	SchoolReport            Code = "SCH-report"
	SchoolReportLate        Code = "SCH-report-late"
	SchoolReportNext        Code = "SCH-report-next"
	SchoolReportNextLate    Code = "SCH-report-next-late"
)

// To the school, of a confidential incident that they have been told of.
const (
	SchoolConfidentialSigned      Code = "SCH-07-signed"
	SchoolConfidentialTaken       Code = "SCH-07-taken"
	SchoolConfidentialNobody      Code = "SCH-07-nobody"
	SchoolConfidentialNobodyThere Code = "SCH-07-nobody-place"
	SchoolConfidentialReminded    Code = "SCH-07-reminded"
	SchoolConfidentialCancel      Code = "SCH-07-cancel"
	SchoolConfidentialReset       Code = "SCH-07-reset"
	SchoolConfidentialClosed      Code = "SCH-07-closed"
)

// To the guards.
const (
	GuardsNew         Code = "GRD-01"
	GuardsLate        Code = "GRD-01-late"
	GuardsSigned      Code = "GRD-02"
	GuardsSignedThere Code = "GRD-02-place"
	GuardsCalled      Code = "GRD-03"
	GuardsAlone       Code = "GRD-03-alone"
	GuardsWayCut      Code = "GRD-04"
	GuardsEnd         Code = "GRD-05"
	GuardsEndThere    Code = "GRD-05-place"
	GuardsReal        Code = "GRD-06"
	GuardsTaken       Code = "GRD-taken"
	GuardsTakenThere  Code = "GRD-taken-place"
	GuardsCancel      Code = "GRD-cancel"
	GuardsReminded    Code = "GRD-reminded"
	GuardsReset       Code = "GRD-reset"
	GuardsTest        Code = "GRD-test"
)

// To staff.
const (
	StaffLockIn       Code = "STF-01"
	StaffEvacuate     Code = "STF-02"
	StaffHold         Code = "STF-03"
	StaffCount        Code = "STF-04"
	StaffEnd          Code = "STF-05"
	StaffReal         Code = "STF-06"
	StaffStay         Code = "STF-stay"
	StaffCancel       Code = "STF-cancel"
	StaffLine         Code = "STF-line"
	StaffConfidential Code = "STF-confidential"
	StaffTest         Code = "STF-test"
)

// To the education bureau.
const (
	DistrictFirst              Code = "EDU-01"
	DistrictFollowUp           Code = "EDU-02"
	DistrictFinal              Code = "EDU-03"
	DistrictConfidential       Code = "EDU-confidential"
	DistrictConfidentialClosed Code = "EDU-confidential-closed"
	DistrictTest               Code = "EDU-test"
)

// To volunteers at posts.
const (
	VolunteersNew Code = "VOL-01"
	VolunteersEnd Code = "VOL-02"
)

// What {action} stands for: what guards do about a kind, and volunteers.
const (
	ActEmergency  Code = "ACT-emergency"
	ActAttack     Code = "ACT-attack"
	ActIntrusion  Code = "ACT-intrusion"
	ActFire       Code = "ACT-fire"
	ActMedical    Code = "ACT-medical"
	ActFight      Code = "ACT-fight"
	ActMissing    Code = "ACT-missing"
	ActTraffic    Code = "ACT-traffic"
	ActDrowning   Code = "ACT-drowning"
	ActCrowd      Code = "ACT-crowd"
	ActWayCut     Code = "ACT-uplink-lost"
	ActButtonLost Code = "ACT-button-lost"
	ActOther      Code = "ACT-other"

	ActVolunteersEmergency Code = "ACT-volunteers-emergency"
	ActVolunteersAttack    Code = "ACT-volunteers-attack"
	ActVolunteersIntrusion Code = "ACT-volunteers-intrusion"
	ActVolunteersFire      Code = "ACT-volunteers-fire"
	ActVolunteersMedical   Code = "ACT-volunteers-medical"
	ActVolunteersTraffic   Code = "ACT-volunteers-traffic"
	ActVolunteersCrowd     Code = "ACT-volunteers-crowd"
)

// On signs that everybody can see, and from loudspeakers.
const (
	PublicNow       Code = "PUB-now"
	PublicOver      Code = "PUB-over"
	PublicDrill     Code = "PUB-drill"
	PublicDrillOver Code = "PUB-drill-over"
	PublicTest      Code = "PUB-test"
	VoiceLockIn     Code = "VOI-01"
	VoiceEvacuate   Code = "VOI-02"
	VoiceDrill      Code = "VOI-03"
	VoiceDrillOver  Code = "VOI-03-over"
	VoiceReal       Code = "VOI-04"
	VoiceEnd        Code = "VOI-05"
)

// To parents, and the sentences that may say to them what it is about.
const (
	ParentsHolding        Code = "PAR-01"
	ParentsHoldingArrival Code = "PAR-02"
	ParentsWaiting        Code = "PAR-03"
	ParentsDismissalLater Code = "PAR-04"
	ParentsPickUp         Code = "PAR-05"
	ParentsAllClear       Code = "PAR-06a"
	ParentsAllSafe        Code = "PAR-06b"
	ParentsCorrection     Code = "PAR-07"
	ParentsDrillAhead     Code = "PAR-08"
	ParentsDrillOver      Code = "PAR-09"
	ParentsGateChanged    Code = "PAR-10"
	ParentsClosedWeather  Code = "PAR-11"
	ParentsRegistered     Code = "PAR-12"
	ParentsOneTime        Code = "PAR-13"

	LinePoliceOnSite   Code = "RSN-police-on-site"
	LineFireService    Code = "RSN-fire-service"
	LineUnwellInCare   Code = "RSN-unwell-in-care"
	LineRoadClosed     Code = "RSN-road-closed"
	LineStaggered      Code = "RSN-staggered"
	LineNoSchool       Code = "RSN-no-school"
	LineLateStart      Code = "RSN-late-start"
	LineEarlyDismissal Code = "RSN-early-dismissal"
)

// Parts that stand within other texts.
const (
	PartAgain      Code = "PRT-again"
	PartStuck      Code = "PRT-stuck"
	PartSilent     Code = "PRT-silent"
	PartNoResponse Code = "PRT-no-response"
	PartNothing    Code = "PRT-nothing"
	PartHelp       Code = "PRT-help"
	PartReleased   Code = "PRT-released"
	PartReported   Code = "PRT-reported"
	PartStopped    Code = "PRT-stopped"
)
