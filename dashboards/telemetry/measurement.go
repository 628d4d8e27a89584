package telemetry

import "example.org/campushub/dashboards/telemetry/spool"

// FieldType is how InfluxDB stores a field. A field keeps the type that its
// first point had.
type FieldType string

// The types.
const (
	Float   FieldType = "float"
	Integer FieldType = "integer"
	Boolean FieldType = "boolean"
	String  FieldType = "string"
)

// Tag is an indexed word of a point, from a closed or configured list.
type Tag struct {
	Name    string
	Meaning string
	Bound   string // what keeps the number of its values small
}

// Field is a value of a point.
type Field struct {
	Name    string
	Type    FieldType
	Unit    string // "1" for what has none
	Meaning string
}

// Measurement is one kind of point.
type Measurement struct {
	Name    string
	Class   spool.Class
	Meaning string
	Tags    []Tag
	Fields  []Field
	// Open says that points may have further float fields, which devices name.
	Open bool
}

// The measurements' names.
const (
	MeasureReading  = "reading"
	MeasureDevice   = "device"
	MeasureDelivery = "delivery"
	MeasureHub      = "hub"

	MeasurePostCoverage = "post_coverage"
	MeasureDuty         = "duty"
)

// MaxValueNames is how many names of values are recorded between two starts.
// A value of a further name is left out and counted: each is a column for
// ever, and a device must not fill the index.
const MaxValueNames = 256

func schoolTag() Tag { return Tag{"school", "the school's id", "the configuration"} }

func deviceTags() []Tag {
	return []Tag{
		schoolTag(),
		{"device", "the device's id within its school", "the configuration"},
		{"kind", "what the device is", "button, reader, gate, fire-panel"},
		{"place", "where it hangs", "the configuration"},
	}
}

// Measurements lists all that is written. docs/telemetry.md says the same, and
// a test holds the two together.
func Measurements() []Measurement {
	return []Measurement{
		{
			Name: MeasureReading, Class: spool.Reading, Open: true,
			Meaning: "What a device measured; the time is that of its measuring.",
			Tags:    deviceTags(),
			Fields: []Field{
				{"seq", Integer, "1", "the device's own count within boot; absent where it does not count"},
				{"boot", String, "1", "names one run of the firmware; absent where the device does not say"},
				{"open", Float, "1", "a gate: 1 open, 0 closed"},
				{"passages_in", Float, "1", "a gate: passages inwards since its last reading"},
				{"passages_out", Float, "1", "a gate: passages outwards since its last reading"},
				{"released", Float, "1", "a gate: releases since its last reading"},
				{"tamper", Float, "1", "a gate: 1 while its housing is open"},
				{"barrier_up", Float, "1", "a vehicle gate: 1 while the barrier is up"},
				{"vehicles", Float, "1", "a vehicle gate: vehicles since its last reading"},
				{"bollards_up", Float, "1", "a gate: 1 while its bollards are up"},
				{"locked", Float, "1", "an evacuation door: 1 while it is locked"},
				{"blocked", Float, "1", "an evacuation door: 1 while something stands in it"},
				{"waiting", Float, "1", "a gate: people in its waiting area; absent while nobody can count them"},
			},
		},
		{
			Name: MeasureDevice, Class: spool.Reading,
			Meaning: "A device's own report of its health, or that its connection has ended; the time is that of the hub.",
			Tags:    deviceTags(),
			Fields: []Field{
				{"online", Boolean, "1", "whether it is connected; the only field of a device that is away"},
				{"tamper", Boolean, "1", "whether its case is open"},
				{"battery", Float, "1", "charge from 0 to 1; absent where it has none"},
				{"rssi", Float, "dBm", "strength of its radio signal; absent where it has none"},
				{"firmware", String, "1", "version; absent where it does not say"},
			},
		},
		{
			Name: MeasureDelivery, Class: spool.Alarm,
			Meaning: "A delivery that reached a stage, or came to nothing; the time is that of the stage. Nothing of confidential incidents.",
			Tags: []Tag{
				{"school", "the school's id", "the configuration"},
				{"audience", "who was told", "police, school, guards, staff, district"},
				{"channel", "by what", "the ten channels"},
				{"stage", "how far it got", "handed, received, read, failed, expired"},
				{"reason", "why it came to nothing; only of failed and expired", "refused, unanswered, overloaded, undelivered, closed"},
				{"mode", "whether it was meant", "live, drill, test"},
			},
			Fields: []Field{
				{"after", Float, "s", "from the delivery planned to the stage"},
				{"delivery", String, "1", "the delivery's id"},
				{"incident", String, "1", "the id of the incident that was told of, as the console has it"},
			},
		},
		{
			Name: MeasureHub, Class: spool.Reading,
			Meaning: "The hub itself, every 10 s.",
			Fields: []Field{
				{"uptime", Float, "s", "since its start"},
				{"goroutines", Integer, "1", "goroutines of the process"},
				{"heap", Integer, "byte", "live and not yet collected objects"},
				{"gc_pause", Float, "s", "longest pause of the garbage collector in the 10 s, to the edge of its bucket; 0 where there was none"},
				{"journal_healthy", Boolean, "1", "whether the journal takes what is told"},
				{"journal_pending", Integer, "1", "entries that are not durable yet"},
				{"commit", Float, "s", "time of a commit of the journal, on average in the 10 s; absent where there was none"},
				{"lanes_waiting", Integer, "1", "messages that wait in the lanes for a worker"},
				{"connections", Integer, "1", "connections of the broker that have signed in"},
				{"spool", Integer, "byte", "size of the spool on disk"},
				{"spool_waiting", Integer, "1", "points that wait to be delivered"},
				{"dropped", Integer, "1", "points given up since the start, for want of room or age"},
			},
			Tags: []Tag{{"hub", "the hub's name", "one a process"}},
		},
		{
			Name: MeasurePostCoverage, Class: spool.Reading,
			Meaning: "How the posts of one kind stand at a school, every minute. Numbers alone: no post and no person is told apart.",
			Tags:    []Tag{schoolTag(), {"class", "the kind of post", "the eight kinds of post"}},
			Fields: []Field{
				{"required", Integer, "1", "posts that are to be occupied now"},
				{"covered", Integer, "1", "of these, posts that have their minimum"},
				{"uncovered", Integer, "1", "of these, posts that are below it (缺岗); none where there is no roster"},
				{"unrostered", Integer, "1", "of these, posts of which no roster says who should be there: neither covered nor uncovered"},
				{"unseen", Integer, "1", "of these, posts of which nobody can tell, as their card reader or the school's link is lost: neither covered nor uncovered"},
				{"present", Integer, "1", "people of the roster who are there"},
				{"late", Integer, "1", "people who are within the grace"},
				{"missed", Integer, "1", "people who are missed (未到岗)"},
				{"away", Integer, "1", "people who are called away by an incident"},
				{"roving", Integer, "1", "police who are between posts"},
				{"doubted", Integer, "1", "people who would be missed, at a post that cannot be seen: not missed"},
			},
		},
		{
			Name: MeasureDuty, Class: spool.Reading,
			Meaning: "Patrol rounds of the day and roll calls of the last 24 hours at a school, every minute.",
			Tags:    []Tag{schoolTag()},
			Fields: []Field{
				{"rounds_required", Integer, "1", "patrol rounds of the day"},
				{"rounds_done", Integer, "1", "of these, done in time"},
				{"rounds_missed", Integer, "1", "of these, missed"},
				{"roll_calls", Integer, "1", "roll calls of the last 24 hours"},
				{"called", Integer, "1", "people whom the latest of them asked"},
				{"unanswered", Integer, "1", "of these, people who have not answered when the time was up, asked or not"},
			},
		},
	}
}

// reserved are the names that a device's value cannot have: InfluxDB's own,
// and those of the tags and fields beside it that are not of its type.
func reserved(name string) bool {
	switch name {
	case "time", "seq", "boot", "school", "device", "kind", "place":
		return true
	}
	return false
}
