package simulation

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	allMutations  = flag.Bool("sim.mutations", false, "break every law in turn, not two of them alone")
	mutationSeeds = flag.Int("sim.mutationseeds", 400, "how many seeds may pass before a mutation is caught")
)

// mutation breaks one law: a piece of one file becomes another.
type mutation struct {
	law      law
	file     string // below the module's root
	old, new string
	quick    bool // one of those that every test run makes
}

func mutations() []mutation {
	return []mutation{
		{law: lawDurable, file: "alerting/engine/press.go", old: "\tif t.state == durable {\n\t\treply(nil)", new: "\tif t.state != lost {\n\t\treply(nil)"},
		{law: lawDurable, file: "alerting/engine/commit.go", old: "\t\tanswer(t, ErrNotStored)\n\t}\n\tr.view.Stored = false", new: "\t\tanswer(t, nil)\n\t}\n\tr.view.Stored = false", quick: true},
		{law: lawOnce, file: "alerting/engine/press.go", old: "\tring := e.recent[from]\n\tfor i := len(ring) - 1; i >= 0; i-- {", new: "\tring := e.recent[from]\n\tfor i := len(ring) - 1; i >= len(ring); i-- {"},
		{law: lawAtOnce, file: "alerting/engine/press.go", old: "\tp := e.distinct(a.press)\n", new: "\tif now.Sub(a.press.ReceivedAt) < time.Second {\n\t\te.timers.at(now.Add(time.Second), func(now time.Time) { e.press(a, now) })\n\t\treturn\n\t}\n\tp := e.distinct(a.press)\n", quick: true},
		{law: lawAtOnce, file: "alerting/engine/press.go", old: "\t\te.showNow(r, t, now)\n\t}\n\te.exercised(p, &r.view)", new: "\t\tr.show(t)\n\t\te.submit(r, t)\n\t\te.publish(r, 0)\n\t\te.timers.at(now.Add(time.Millisecond), func(now time.Time) { e.keep(r, e.effects(r, t, now)) })\n\t}\n\te.exercised(p, &r.view)"},
		{law: lawFirst, file: "alerting/engine/press.go", old: "key := activeKey{p.From, p.Mode}", new: "key := activeKey{devices.Address{School: p.From.School}, p.Mode}"},
		{law: lawSecond, file: "alerting/apply.go", old: "i.Severity = i.Severity.Raised()", new: "i.Severity = max(i.Severity, \"\")"},
		{law: lawParents, file: "alerting/engine/briefing.go", old: "Audience: leg.Audience, Recipient: leg.Recipient, Channel: leg.Channel,\n\t\tMode:", new: "Audience: map[bool]alerting.Audience{true: alerting.Parents, false: leg.Audience}[leg.Audience == alerting.District], Recipient: leg.Recipient, Channel: leg.Channel,\n\t\tMode:"},
		{law: lawNamed, file: "alerting/policy/draft.go", old: "(!named || !personal(l.Channel))", new: "l.Channel == \"\""},
		{law: lawNamed, file: "alerting/decide_classify.go", old: "\tif o.Confidential {", new: "\tif o.Confidential && !cur.Confidential {"},
		{law: lawNamed, file: "alerting/policy/draft.go", old: "return confidential && (!named || !personal(l.Channel))", new: "return confidential && !personal(l.Channel)"},
		{law: lawNamed, file: "alerting/engine/watch.go", old: "begun || !r.plans(leg)", new: "begun"},
		{law: lawPublic, file: "alerting/engine/briefing.go", old: "if public { // the text", new: "if public && b.view.Silent { // the text"},
		{law: lawPublic, file: "alerting/engine/briefing.go", old: "if !ok || (public && b.view.Silent) {", new: "if !ok {"},
		{law: lawMode, file: "alerting/step.go", old: "o.Device, o.Mode, o.Silent, o.Malformed = p.From.Device, p.Mode,", new: "o.Device, o.Mode, o.Silent, o.Malformed = p.From.Device, devices.Live,"},
		{law: lawMode, file: "alerting/engine/press.go", old: "key := activeKey{p.From, p.Mode}", new: "key := activeKey{p.From, devices.Live}"},
		{law: lawLatch, file: "alerting/apply.go", old: "\tcase EventStuck:\n", new: "\tcase EventAcknowledged + \"!\", EventUnreached:\n\t\ti.Latched = false\n\tcase EventStuck:\n"},
		{law: lawLate, file: "alerting/step.go", old: "Press: record(p), Late: p.Age >= LateAfter,", new: "Press: record(p),"},
		{law: lawLate, file: "devices/signal.go", old: "return p.ReceivedAt.Add(-p.Age)", new: "return p.ReceivedAt"},
		{law: lawAudit, file: "alerting/step.go", old: "\t\t\tActor: Actor{Name: ActorHub}, Audience: in.Notice.Audience", new: "\t\t\tAudience: in.Notice.Audience"},
		{law: lawAudit, file: "alerting/decide.go", old: "if c.ID != \"\" && slices.Contains(cur.Commands, c.ID) {", new: "if c.ID == \"-\" && slices.Contains(cur.Commands, c.ID) {"},
		{law: lawRevoked, file: "alerting/engine/briefing.go", old: "return t.Public, false, ok && slices.Contains(t.Schools, b.view.School)", new: "return t.Public, false, ok || t.ID == \"\""},
		{law: lawNumbers, file: "alerting/engine/start.go", old: "return max(e.deps.Journal.Starts()-r.view.Start, 1) * alerting.ResumeStep", new: "return 1"},
		{law: lawNumbers, file: "alerting/apply.go", old: "\treturn 1 + e.Base\n", new: "\treturn e.Base\n"},
		{law: lawIDs, file: "alerting/engine/tell.go", old: "\tif e.Press != nil {\n\t\treturn e.Press.ID\n\t}\n\treturn \"#\"", new: "\treturn \"#\""},
		{law: lawIDs, file: "alerting/engine/escalate.go", old: "if r.told != nil && atOnce && since >= 0 && since < time.Second {", new: "if r.told != nil && (atOnce || since < time.Second) {"},
		{law: lawClosing, file: "alerting/engine/commit.go", old: "\t\tanswer(t, alerting.ErrUnavailable)\n\t\te.unblock(r, t, now)\n\t\treturn", new: "\t\tanswer(t, nil)\n\t\te.unblock(r, t, now)\n\t\treturn"},
		{law: lawConnected, file: "alerting/engine/connect.go", old: "return !r.view.Resolved() || !d.Settled()", new: "return !d.Settled()"},
		{law: lawNextPath, file: "alerting/engine/path.go", old: "e.timers.at(due, func(now time.Time) { e.nextPath(r, leg, now) })", new: "e.timers.at(due.Add(5*time.Second), func(now time.Time) { e.nextPath(r, leg, now) })"},
		{law: lawNextPath, file: "alerting/engine/path.go", old: "stranded := d.State == alerting.Failed ||", new: "stranded := d.State == alerting.Expired ||"},
		{law: lawRestart, file: "alerting/engine/start.go", old: "return !d.Settled() && !r.resumed[d.ID] }", new: "return d.Settled() }"},
		{law: lawRestart, file: "alerting/engine/path.go", old: "(begun && again && d.Number < number)", new: "(begun && !again && d.Number < -number)"},
		{law: lawRestart, file: "alerting/engine/start.go", old: "\t\te.tellLost(r, now)\n", new: ""},
		{law: lawEscalates, file: "alerting/escalate.go", old: "if s, ok := i.Plan.Step(e.Audience, e.Level); ok && s.Repeat > 0 {", new: "if s, ok := i.Plan.Step(e.Audience, e.Level); ok && s.Repeat < 0 {"},
		{law: lawEscalates, file: "alerting/incident.go", old: "return k.Audience == a && k.Number >= update", new: "return k.Audience != \"\" && k.Number >= update"},
		{law: lawEscalates, file: "alerting/engine/escalate.go", old: "\t\treturn e.started.Add(wait)", new: "\t\treturn now.Add(wait)"},
		{law: lawEscalates, file: "alerting/engine/escalate.go", old: "if r.escalating(step.Audience) {", new: "if r.escalating(step.Audience) || r.reached() {"},
		{law: lawReminds, file: "alerting/engine/remind.go", old: "\tif due.Before(now) {\n\t\tdue = now", new: "\tif due.Before(now) {\n\t\tdue = now.Add(time.Hour)"},
		{law: lawReminds, file: "alerting/reminder.go", old: "!r.At.After(now) && !i.wasReminded(r) {", new: "!r.At.After(now) {"},
		{law: lawTaken, file: "alerting/escalate.go", old: "if i.Resolved() || i.StoodDown || i.AcknowledgedBy(a) ||", new: "if i.Resolved() ||"},
		{law: lawShown, file: "alerting/engine/query.go", old: "i := alerting.Fold(events)", new: "i := alerting.Fold(events[:len(events)-1])"},
		{law: lawForgotten, file: "alerting/engine/watch.go", old: "\tdelete(e.records, r.view.ID)\n", new: ""},
		{law: lawStarts, file: "alerting/engine/engine.go", old: "\te.started, e.seq = now, e.deps.Journal.LastSeq()", new: "\tif len(open) > 0 && e.deps.Journal.LastSeq() > 3 {\n\t\treturn errors.New(\"journal is not empty\")\n\t}\n\te.started, e.seq = now, e.deps.Journal.LastSeq()"},
		{law: lawBudget, file: "alerting/engine/judge.go", old: "\td.Missed = l.miss\n", new: ""},
		{law: lawBudget, file: "alerting/engine/judge.go", old: "\te.metrics.missed(*d, stage, l.miss, r.view.Mode)\n", new: ""},
		{law: lawBudget, file: "alerting/engine/judge.go", old: "l.miss != alerting.MissedLimit || r.missed[u] {", new: "l.miss != alerting.MissedLimit {"},
		{law: lawBudget, file: "alerting/engine/path.go", old: "\t\t\te.watchBudgets(r, planned, now)\n", new: ""},
		{law: lawKept, file: "alerting/engine/judge.go", old: "!asked || !d.Late(stage, l.within)", new: "!asked || d.Number == 0"},
		{law: lawKept, file: "alerting/engine/judge.go", old: "e.metrics.missed(*d, stage, l.miss, r.view.Mode)\n", new: "e.metrics.missed(*d, stage, l.miss, r.view.Mode)\n\te.metrics.missed(*d, stage, l.miss, r.view.Mode)\n"},
		{law: lawKept, file: "alerting/engine/judge.go", old: "if r.takenOn(u) || r.received(u, l.within) {", new: "if r.view.Resolved() {"},
		{law: lawShare, file: "alerting/engine/path.go", old: "due := d.PlannedAt.Add(leg.Share)", new: "due := d.PlannedAt.Add(leg.Share / 4)"},
		{law: lawReleased, file: "alerting/release/command.go", old: "return p.Role == alerting.RoleOfficer && len(schools) > 0 &&", new: "return p.Role == alerting.RoleOfficer || len(schools) > 0 &&"},
		{law: lawReleased, file: "alerting/release/decide_out.go", old: "== Two || len(d.Schools) > 1 {", new: "== Two {"},
		{law: lawReleased, file: "alerting/release/decide_out.go", old: "== Agreed && !d.holding() &&", new: "== Agreed && d.holding() &&"},
		{law: lawReleased, file: "alerting/release/decide_out.go", old: "\tif d.state.Held != nil {\n\t\treturn nil, refuse", new: "\tif d.state.Held != nil && d.c.Hash == \"\" {\n\t\treturn nil, refuse"},
		{law: lawReleased, file: "alerting/release/rule.go", old: "\treturn s.Rule\n", new: "\treturn max(s.Rule, One)\n"},
		{law: lawReleased, file: "alerting/notice/row.go", old: "Number: d.Number, Mode: d.Mode,", new: "Number: d.Number + 1, Mode: d.Mode,"},
		{law: lawReplaces, file: "alerting/notice/row.go", old: "o.Replaced || (o.Number > 0 && s.Number > 0)", new: "o.Replaced || (o.Number > 0 && s.Number < 0)"},
		{law: lawReplaces, file: "alerting/notice/row.go", old: "\t\t\tn = max(n, s.Number)\n", new: "\t\t\tn = max(n, s.Number-1)\n"},
		{law: lawUntold, file: "alerting/release/situation.go", old: "return s.Confidential || alerting.AlwaysConfidential(s.Kind)", new: "return alerting.AlwaysConfidential(s.Kind)"},
		{law: lawAllSafe, file: "alerting/release/step.go", old: "counted := c.Text == AllSafe || reasons", new: "counted := c.Text == Holding || reasons"},
		{law: lawMode, file: "alerting/release/render.go", old: "\ttext = marked(h.mode, text)\n", new: ""},
		{law: lawCounted, file: "alerting/muster/state.go", old: "return r.Reports[len(r.Reports)-1], true", new: "return r.Reports[0], true"},
		{law: lawCounted, file: "alerting/muster/state.go", old: "\t\tt.Missing += r.Missing\n", new: ""},
		{law: lawCounted, file: "alerting/muster/step.go", old: "if f.Present+f.Missing != f.Expected {", new: "if f.Present+f.Missing > 2*f.Expected {"},
		{law: lawOrdered, file: "alerting/exercise/settle.go", old: "\tif err := x.store(events); err != nil {\n\t\tx.log.Error(\"drill events were not stored\"", new: "\tif err := x.store(events); err != nil && len(events) > 9 {\n\t\tx.log.Error(\"drill events were not stored\""},
		{law: lawDrillTold, file: "alerting/exercise/text.go", old: "\t\treturn marked(n.say(texts.VoiceDrillOver))\n\t\t}\n\t\treturn marked(n.say(texts.VoiceDrill))", new: "\t\treturn marked(n.say(texts.VoiceDrillOver))\n\t\t}\n\t\treturn n.say(texts.VoiceDrill)"},
		{law: lawDrillTold, file: "alerting/exercise/press.go", old: "return drill.Input{Press: l.press, Hushed: l.hushed}", new: "return drill.Input{Press: l.press}"},
		{law: lawNamed, file: "alerting/exercise/announce.go", old: "\tif alerting.AlwaysConfidential(l.kind) {", new: "\tif l.kind == \"\" {"},
		{law: lawDrillPolice, file: "alerting/policy/draft.go", old: "d == DrillsAlways || (d == DrillsFiled && filed)", new: "d == DrillsAlways || d == DrillsFiled"},
		{law: lawPreempts, file: "alerting/engine/preempt.go", old: "\tcase isReal(&r.view) && e.practised[school]:\n", new: "\tcase !isReal(&r.view) && e.practised[school]:\n"},
		{law: lawPreempts, file: "alerting/engine/preempt.go", old: "\tcase e.drills != nil && e.drills.Over(&r.view):\n", new: "\tcase e.drills == nil:\n"},
		{law: lawPreempts, file: "alerting/drill/press.go", old: "\tif !s.underWay() {\n", new: "\tif s.underWay() {\n"},
		{law: lawGoesBack, file: "alerting/exercise/settle.go", old: "\tif e.Clear {\n", new: "\tif e.Clear && e.Device != \"\" {\n"},
		{law: lawSurprise, file: "alerting/exercise/press.go", old: "\tx.backToLive(id, p.From)\n", new: ""},
		{law: lawSentBack, file: "alerting/drill/decide.go", old: "\tcase !d.s.Counts[d.c.School].allPresent():\n", new: "\tcase d.c.School == \"\":\n"},
		{law: lawMode, file: "alerting/policy/text.go", old: "\tswitch m {\n\tcase devices.Drill:\n", new: "\tswitch m {\n\tcase \"\":\n"},
		{law: lawMode, file: "alerting/policy/text.go", old: "return marked(m, alerting.ConcealedText())", new: "return alerting.ConcealedText()"},
		{law: lawDurable, file: "alerting/engine/press.go", old: "\tp := e.distinct(a.press)\n", new: "\tif a.press.Age > 10*time.Minute {\n\t\ta.done <- nil\n\t\treturn\n\t}\n\tp := e.distinct(a.press)\n"},
		{law: lawStuck, file: "alerting/engine/tell.go", old: "e.timers.at(r.quietAt, func(now time.Time) { e.tellQuiet(r, now) })", new: "e.timers.at(r.quietAt.Add(5*time.Second), func(now time.Time) { e.tellQuiet(r, now) })"},
		{law: lawCurtain, file: "alerting/engine/press.go", old: "return open.Confidential && !o.Confidential", new: "return open.Confidential && o.Confidential"},
		{law: lawDisarmed, file: "alerting/engine/press.go", old: "\tp := e.distinct(a.press)\n", new: "\tif e.closed != nil && e.closed(a.press.From.School, now) {\n\t\treturn\n\t}\n\tp := e.distinct(a.press)\n"},
		{law: lawUnclosed, file: "alerting/engine/over.go", old: "case v.PressCount > 0 || v.Latched ||", new: "case v.PressCount > 0 && v.Latched ||"},
		{law: lawUnclosed, file: "alerting/engine/over.go", old: "\tif len(r.view.Acknowledgements) > 0 {\n\t\tev.Type", new: "\tif len(r.view.Acknowledgements) > 9 {\n\t\tev.Type"},
		{law: lawTwo, file: "alerting/drill/decide.go", old: "d.c.By.Name == d.s.AskedBy.Name", new: "d.c.By.Name == \"\""},
		{law: lawExamined, file: "alerting/drill/decide.go", old: "return d.examinations(d.s.Plan)", new: "return nil"},
		{law: lawExamined, file: "alerting/drill/decide.go", old: "if err := d.examinations(d.c.Plan); err != nil {", new: "if err := d.examinations(d.c.Plan); err != nil && d.c.ID == \"\" {"},
		{law: lawLight, file: "alerting/apply.go", old: "if e.Audience == Police && i.State == StateOpen", new: "if i.State == StateOpen"},
		{law: lawLight, file: "alerting/engine/record.go", old: "case v.State == alerting.StateAcknowledged:", new: "case len(v.Acknowledgements) > 0:"},
		{law: lawSilent, file: "alerting/engine/record.go", old: "case v.Resolved(), !v.Latched, v.Silent:", new: "case v.Resolved(), !v.Latched:"},
		{law: lawReported, file: "alerting/decide_report.go", old: "case final && !cur.Resolved():", new: "case final && cur.Mode == \"\":"},
		{law: lawReported, file: "alerting/decide_report.go", old: "case !final && cur.submitted(", new: "case final && cur.submitted("},
		{law: lawReopened, file: "alerting/engine/briefing.go", old: "alerting.EventClassified, alerting.EventRevealed:", new: "alerting.EventClassified:"},
		{law: lawUndelivered, file: "alerting/engine/undelivered.go", old: "f.said || (known", new: "(known"},
		{law: lawUndelivered, file: "alerting/engine/undelivered.go", old: "\t\t\te.undelivered(r, *d, f.latest)\n", new: ""},
		{law: lawUndelivered, file: "alerting/engine/undelivered.go", old: "if now.Before(f.due) {", new: "if f.due.IsZero() {"},
		{law: lawPassed, file: "alerting/engine/engaged.go", old: "if r.view.School != school {", new: "if r.view.School == school {"},
		{law: lawPassed, file: "alerting/policy/cast.go", old: "\tif !manned {\n\t\tout.recall", new: "\tif !manned && len(elsewhere) == 0 {\n\t\tout.recall"},
		{law: lawAuditor, file: "alerting/engine/audit.go", old: "overdueAfter = 3 * time.Second", new: "overdueAfter = -3 * time.Second"},
		{law: lawForgotten, file: "alerting/deliver/board/board.go", old: "\tdelete(b.shown, incident)\n", new: ""},
		{law: lawNewest, file: "alerting/deliver/carriage.go", old: "\tc.stop()\n\tif c.cutting == nil {", new: "\tif c.cutting == nil {"},
		{law: lawNewest, file: "alerting/deliver/queue.go", old: "if c, ok := q.carried[threadOf(m)]; ok {", new: "if c, ok := q.carried[threadOf(m)]; ok && m.Again {"},
		{law: lawMoving, file: "alerting/deliver/terminal/terminal.go", old: "\td.drop(m.Incident)\n\td.unacked++", new: "\td.unacked++"},
		{law: lawUseless, file: "alerting/engine/tell.go", old: "e.cutOld(r, alerting.MadeConfidential, now)", new: "e.withdrawOld(r, alerting.MadeConfidential, \"\", now)"},
		{law: lawUseless, file: "alerting/engine/tell.go", old: "\t\te.withdrawOld(r, alerting.ClosedBefore, alerting.WhyClosed, now)\n", new: ""},
		{law: lawUseless, file: "alerting/engine/tell.go", old: "\t\te.cutOld(r, alerting.StoodDownOver, now)\n", new: ""},
		{law: lawUseless, file: "alerting/engine/connect.go", old: "\t\te.endRetries(r, next, now)\n", new: ""},
		{law: lawUseless, file: "alerting/deliver/carriage.go", old: "\t\tc.report = &p\n\t}\n\tc.stop()\n", new: "\t\tc.report = &p\n\t}\n"},
		{law: lawDeadline, file: "alerting/deliver/carriage.go", old: "w.Deadline)", new: "w.Deadline.Add(time.Minute))"},
		{law: lawAging, file: "alerting/deliver/message.go", old: "now.Sub(m.Made) < time.Second", new: "now.Sub(m.Made) < time.Hour"},
		{law: lawAging, file: "alerting/engine/briefing.go", old: "\t\tm.Made = b.now // before it is kept to be aged\n\t\tm.Aged = b.aging(leg, m, shared)\n", new: "\t\tm.Made, m.Aged = b.now, b.aging(leg, m, shared)\n"},
		{law: lawSame, file: "alerting/deliver/message.go", old: "\treturn m\n}\n\n// Sound", new: "\treturn later\n}\n\n// Sound"},
		{law: lawAgrees, file: "alerting/deliver/board/board.go", old: "if ok && number >= m.Number {", new: "if ok && number > 0 {"},
		{law: lawAgrees, file: "alerting/deliver/carriage.go", old: "\tif c.tried() {\n\t\tc.report = &p\n\t}\n", new: ""},
		{law: lawAgrees, file: "alerting/deliver/terminal/terminal.go", old: "\t\tif err != nil {\n\t\t\tsaid", new: "\t\tif err != nil && at.IsZero() {\n\t\t\tsaid"},
		{law: lawMoving, file: "alerting/deliver/terminal/terminal.go", old: "\t\tt.release(m, epoch)\n\t\tt.pump(m.Recipient)\n\t})", new: "\t\tt.release(m, epoch)\n\t})"},
		{law: lawMoving, file: "alerting/deliver/side.go", old: "return s.under < workers || s.under == workers && s.each[recipient] == 0", new: "return s.under < workers && s.each[recipient] == 0"},
		{law: lawMoving, file: "alerting/deliver/queue.go", old: "w := waiting{m, q.side(farSide)}", new: "w := waiting{m, q.side(farSide[:1])}"},
		{law: lawPause, file: "alerting/deliver/lane.go", old: "pause = min(2*pause, maxBackoff)", new: "pause = min(pause, maxBackoff)"},
		{law: lawPause, file: "alerting/deliver/errors.go", old: "\t\treturn r.pause\n", new: "\t\treturn min(r.pause, time.Second)\n"},
	}
}

// TestEveryLawCatchesItsBreach runs the district on a hub that breaks a law,
// and expects to hear of that law.
func TestEveryLawCatchesItsBreach(t *testing.T) {
	broken := map[law]bool{}
	for _, m := range mutations() {
		broken[m.law] = true
		t.Run(fmt.Sprintf("%s in %s", m.law, filepath.Base(m.file)), func(t *testing.T) {
			overlay := m.overlay(t)
			if !*allMutations && !m.quick {
				return // that its text is still there has been seen
			}
			out := runOn(t, overlay, m.law)
			require.Contains(t, out, fmt.Sprintf("law %q is broken", m.law))
		})
	}
	for _, l := range laws() {
		require.True(t, broken[l], "no mutation breaks law %q", l)
	}
}

const root = "../.."

// overlay makes a mutated copy of one file, and names it in go test's words.
func (m mutation) overlay(t *testing.T) string {
	t.Helper()
	original, err := filepath.Abs(filepath.Join(root, m.file))
	require.NoError(t, err)
	text, err := os.ReadFile(original)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), m.old), "%s says once: %s", m.file, m.old)
	dir := t.TempDir()
	mutated := filepath.Join(dir, "mutated.go")
	require.NoError(t, os.WriteFile(mutated, []byte(strings.Replace(string(text), m.old, m.new, 1)), 0o600))
	list, err := json.Marshal(map[string]map[string]string{"Replace": {original: mutated}})
	require.NoError(t, err)
	overlay := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(overlay, list, 0o600))
	return overlay
}

// runOn runs the district on the mutated hub until a seed breaks a law.
func runOn(t *testing.T, overlay string, l law) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-vet=off", "-timeout", "30m", "-run", "^TestDistrict$", ".",
		"-sim.shrink=false", "-sim.until="+string(l), fmt.Sprintf("-sim.seeds=%d", *mutationSeeds)).CombinedOutput()
	require.Error(t, err, "the mutation passed")
	return string(out)
}
