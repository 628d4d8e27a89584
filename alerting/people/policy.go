package people

// Policy is the compiled policy of the directory's schools. It stands beside
// the people it was compiled for, so that a reload changes both at once;
// package policy makes it and reads it.
type Policy interface {
	// Governs reports whether the policy was compiled for a school.
	Governs(school string) bool
}

// WithPolicy is the directory with a policy beside it.
func (d *Directory) WithPolicy(p Policy) *Directory {
	out := *d
	out.policy = p
	return &out
}

// Policy is the policy that stands beside the people; nil where there is none.
func (d *Directory) Policy() Policy { return d.policy }
