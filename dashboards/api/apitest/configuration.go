package apitest

import (
	"time"

	"example.org/campushub/dashboards/api"
)

// Read is a configuration with faults at both schools and of the whole hub, and a
// later one that was not taken.
type Read struct{}

// Configuration is what is at fault in it.
func (Read) Configuration() api.Configuration {
	read := time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)
	return api.Configuration{
		ReadAt: read,
		Warnings: []api.ConfigFault{
			{Code: "retention", Path: "telemetry.influx.database", File: "/etc/campushub/hub.yaml", Line: 4, Column: 13, Message: "\"campushub telemetry init\" does not make it", Do: "write the database alone", About: map[string]string{"policy": "week"}},
			{Code: "release-few", School: School, Path: "schools[0]", File: "/etc/campushub/ziwei.yaml", Line: 7, Column: 5, Message: "fire: parents are told by two", Do: "give release: true", About: map[string]string{"kinds": "fire"}},
			{Code: "off-shift", School: School, Path: "schools[0]", File: "/etc/campushub/ziwei.yaml", Line: 7, Column: 5, Message: "nobody of school is on shift", Do: "add a contact", About: map[string]string{"audience": "school", "hours": "sat 07:00 to sat 09:00"}},
			{Code: "rounds", School: Other, Path: "duty[1]", File: "/etc/campushub/yucai.yaml", Line: 9, Column: 5, Message: "points: school yucai has posts and no points", Do: "write down where the rounds go"},
		},
		RefusedAt: read.Add(time.Hour),
		Refused:   []api.ConfigFault{{Path: "schools[0].id", File: "/etc/campushub/yucai.yaml", Line: 2, Column: 9, Message: "\"Yu Cai\" is no name"}},
	}
}
