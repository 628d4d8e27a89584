package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/telemetry"
)

// mostLookedUp is how many incidents one question about deliveries looks up.
// Overflow: further ones are left out, and counted.
const mostLookedUp = 500

// Deliveries is how far the live deliveries of a school got, by audience and
// hour. LeftOut counts incidents that could not be looked up.
type Deliveries struct {
	telemetry.Stages
	LeftOut int
}

// MayReadDeliveries reports whether an account reads how fast people were told.
func (s *Service) MayReadDeliveries(a people.Account) bool {
	return s.past != nil && (a.Role == alerting.RoleOfficer || a.Role == alerting.RoleLiaison)
}

// Deliveries is for the liaisons and officers of a school. What became
// confidential after it was recorded is in it for those alone who may see that.
func (s *Service) Deliveries(ctx context.Context, a people.Account, school string, from, to time.Time) (Deliveries, error) {
	switch {
	case a.Role != alerting.RoleOfficer && a.Role != alerting.RoleLiaison:
		return Deliveries{}, fmt.Errorf("%w: %s reads no deliveries", alerting.ErrForbidden, a.Role)
	case !slices.Contains(a.Schools, school):
		return Deliveries{}, fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	case s.past == nil:
		return Deliveries{}, fmt.Errorf("%w: nothing is recorded: the spool was not opened", alerting.ErrUnavailable)
	}
	if wait := s.asked.take(a.Name, to); wait > 0 {
		return Deliveries{}, &OftenError{wait}
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	looked, leftOut := 0, 0
	may := func(incident string) bool {
		if looked++; looked > mostLookedUp {
			leftOut++
			return false
		}
		_, err := s.whole(ctx, a, incident)
		if err != nil && !errors.Is(err, alerting.ErrNotFound) { // nobody knows whether they may
			leftOut++
		}
		return err == nil
	}
	got, err := s.past.Stages(ctx, telemetry.AskStages{School: school, From: from, To: to, Admit: may})
	if errors.Is(err, telemetry.ErrBusy) {
		return Deliveries{}, ErrReadingsBusy
	}
	return Deliveries{got, leftOut}, err
}
