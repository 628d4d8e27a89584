package config

// checkRounds warns of schools that have posts and no points: then no patrol
// round is watched, and nothing says so when one is not walked.
func (r *reader) checkRounds() {
	for _, s := range r.config.Schools {
		d, manned := r.config.Duty[s.ID]
		if manned && len(d.Setup.Posts) > 0 && len(d.Setup.Points) == 0 {
			r.warn(r.manned[s.ID].at, WarnRounds, s.ID, nil, "write down where the rounds go, such as points: [fence, gates, canteen]", "points: school %s has posts and no points of its patrol rounds: no round is watched, and none is missed", s.ID)
		}
	}
}
