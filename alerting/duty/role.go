package duty

import "example.org/campushub/alerting"

// Role is in what capacity a person stands at a post.
type Role string

// The roles: police, school and home, and who leads and who sleeps in.
const (
	Police    Role = "police"
	Guard     Role = "guard"
	Teacher   Role = "teacher"
	Volunteer Role = "volunteer" // a parent; never counts toward a minimum
	Leader    Role = "leader"    // the duty leader of the day
	Warden    Role = "warden"    // of a dormitory
)

// Roles lists them all.
func Roles() []Role { return []Role{Police, Guard, Teacher, Volunteer, Leader, Warden} }

// Title says a role in words.
func (r Role) Title() alerting.Text {
	switch r {
	case Police:
		return alerting.Text{ZH: "护学民警", EN: "police"}
	case Guard:
		return alerting.Text{ZH: "保安员", EN: "school guard"}
	case Teacher:
		return alerting.Text{ZH: "教职工", EN: "teacher"}
	case Volunteer:
		return alerting.Text{ZH: "护学志愿者", EN: "parent volunteer"}
	case Leader:
		return alerting.Text{ZH: "值班领导", EN: "duty leader"}
	case Warden:
		return alerting.Text{ZH: "宿管员", EN: "dormitory warden"}
	}
	return alerting.Text{ZH: string(r), EN: string(r)}
}

// Need is how many people of each role a shift asks for.
type Need map[Role]int

// Total is how many people that are.
func (n Need) Total() int {
	sum := 0
	for _, k := range n {
		sum += k
	}
	return sum
}

// Floor is one part of a minimum: at least Number people of the roles.
type Floor struct {
	Of     []Role
	Number int
}

// Guards is how many guards a school should employ for its pupils. Fewer is
// worth a warning, not an alarm. (GB/T 29315-2022 for under 100 and from 1,000;
// between them 2.)
func Guards(pupils int) int {
	switch {
	case pupils < 100:
		return 1
	case pupils < 1000:
		return 2
	}
	return 3 + (pupils-1000)/500
}

// Employs is how many guards a school of so many pupils should employ: its own
// number, else that of its pupils. It is 0 where nobody knows: of no pupils, and
// where they sleep at school, which is for local rules.
func (s Setup) Employs(pupils int) int {
	switch {
	case s.Guards > 0:
		return s.Guards
	case pupils == 0 || s.has(Boarding):
		return 0
	}
	return Guards(pupils)
}
