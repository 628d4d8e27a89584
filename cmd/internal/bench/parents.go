package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/firmware-sim/campus/load"
)

const (
	parentsTold   = 3000
	parentsRate   = 100.0            // presses per second meanwhile
	parentsFor    = 12 * time.Second // as long as the letters take at 250 a second
	parentsWithin = 60 * time.Second // of the release, for the last letter
	parentsAim    = 1.5              // times the p99 without parents
)

// besideParents is the way of a press to the police alone, and while a
// released notice goes out to parents, block by block.
type besideParents struct {
	Alone  []sample        `json:"alone"`
	Beside []sample        `json:"beside"`
	First  []time.Duration `json:"first_letter_ns"` // from the release
	Last   []time.Duration `json:"last_letter_ns"`
}

// parentsSchool is a hub whose school tells its parents by text message.
type parentsSchool struct {
	served *served
	server *server
	people *people
	texts  *gateway
	fleet  *load.Fleet
}

// parents presses in pairs of turns, one of them while 3,000 letters go out;
// which comes first alternates.
func (m *measurement) parents(ctx context.Context) (_ *besideParents, err error) {
	s, err := m.parentsSchool(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	stage := load.Stage{Presses: int(parentsRate * parentsFor.Seconds()), Rate: parentsRate}
	if _, err := s.alone(ctx, m, load.Stage{Presses: m.config.Buttons, Rate: parentsRate}); err != nil { // as in warmUp
		return nil, err
	}
	var out besideParents
	for block := range m.config.Blocks {
		for turn := range 2 {
			if err := m.quiet(ctx); err != nil {
				return nil, err
			}
			if (block+turn)%2 == 0 {
				err = out.addAlone(ctx, m, s, stage)
			} else {
				err = out.addBeside(ctx, m, s, stage)
			}
			if err != nil {
				return nil, fmt.Errorf("parents: %w", err)
			}
		}
		m.sayParents(block, out)
	}
	return &out, nil
}

func (b *besideParents) addAlone(ctx context.Context, m *measurement, s *parentsSchool, stage load.Stage) error {
	x, err := s.alone(ctx, m, stage)
	b.Alone = append(b.Alone, x)
	return err
}

func (b *besideParents) addBeside(ctx context.Context, m *measurement, s *parentsSchool, stage load.Stage) error {
	if err := s.texts.begin(ctx); err != nil {
		return err
	}
	released, err := s.release(ctx)
	if err != nil {
		return err
	}
	x, err := m.turn(ctx, s.server, s.fleet, stage, s.texts.proc)
	if err != nil {
		return err
	}
	t, err := s.texts.all(ctx, parentsTold, released.Add(parentsWithin))
	if err != nil {
		return err
	}
	b.Beside, b.First, b.Last = append(b.Beside, x), append(b.First, t.First.Sub(released)), append(b.Last, t.Last.Sub(released))
	return s.rest(ctx)
}

func (s *parentsSchool) alone(ctx context.Context, m *measurement, stage load.Stage) (sample, error) {
	x, err := m.turn(ctx, s.server, s.fleet, stage, s.texts.proc)
	if err != nil {
		return sample{}, err
	}
	return x, s.rest(ctx)
}

// rest closes what the turn opened.
func (s *parentsSchool) rest(ctx context.Context) error {
	if _, err := s.people.closeAll(ctx); err != nil {
		return err
	}
	return wait(ctx, settle)
}

// release opens an incident, and sends the first text about it on its way.
func (s *parentsSchool) release(ctx context.Context) (at time.Time, err error) {
	var incident struct {
		ID     string `json:"id"`
		School string `json:"school"`
	}
	school := s.server.target.Devices[0].School
	if err := s.people.school.call(ctx, http.MethodPost, "/api/v1/incidents", map[string]any{
		"id": uuid.NewString(), "school": school, "place": "north-gate", "kind": "crowd",
	}, &incident); err != nil {
		return at, err
	}
	path := "/api/v1/incidents/" + incident.ID + "/release"
	hash, err := s.draft(ctx, path)
	if err != nil {
		return at, err
	}
	at = time.Now()
	return at, s.people.school.call(ctx, http.MethodPost, path, map[string]any{"step": "release", "hash": hash}, nil)
}

// draft writes the first text that may stand now: incidents that follow each
// other closely share a row of notices, and only the first of a row may be
// PAR-01.
func (s *parentsSchool) draft(ctx context.Context, path string) (hash string, err error) {
	var drafted struct {
		Release struct {
			Draft struct {
				Hash string `json:"hash"`
			} `json:"draft"`
		} `json:"release"`
	}
	for _, text := range []string{"PAR-01", "PAR-03"} {
		refused := s.people.school.call(ctx, http.MethodPost, path, map[string]any{
			"step": "draft", "text": text, "next": time.Now().Add(30 * time.Minute).UTC(),
		}, &drafted)
		if refused == nil {
			return drafted.Release.Draft.Hash, nil
		}
		err = errors.Join(err, refused)
	}
	return "", err
}

func (m *measurement) parentsSchool(ctx context.Context) (_ *parentsSchool, err error) {
	s := &parentsSchool{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.texts, err = startTexts(ctx, m.binaries.self); err != nil {
		return nil, err
	}
	dir := filepath.Join(m.dir, "parents")
	if s.served, err = newServed(dir, m.binaries.campushub, m.config.Buttons, []byte(brokenKey), s.texts.config); err != nil {
		return nil, err
	}
	if err := s.list(ctx, m.binaries.campushub); err != nil {
		return nil, err
	}
	if err := s.served.part.start(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(listening(ctx, s.served.mqtt), listening(ctx, s.served.console)); err != nil {
		return nil, err
	}
	if s.people, err = signIn(ctx, s.served.demo); err != nil {
		return nil, err
	}
	t, err := load.FromDemo(s.served.demo)
	if err == nil {
		t, err = t.Take(0, m.config.Buttons)
	}
	if err != nil {
		return nil, err
	}
	t.Terminals = t.Terminals[:1]
	s.server = &server{name: campushub, proc: s.served.part.proc, target: t}
	s.fleet, err = load.Open(ctx, load.Config{Target: t})
	return s, err
}

// list names the school's gateway, and imports its parents as an operator does,
// before the start.
func (s *parentsSchool) list(ctx context.Context, campushub string) error {
	sheet, err := s.configure()
	if err != nil {
		return err
	}
	t, err := load.FromDemo(s.served.demo)
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, campushub, "parents", "import", "--config", s.served.part.args[2],
		"--school", t.Devices[0].School, sheet).CombinedOutput()
	if err != nil {
		return fmt.Errorf("import parents: %w: %s", err, out)
	}
	return nil
}

// configure names the gateway and writes the list, and says where that is.
func (s *parentsSchool) configure() (sheet string, err error) {
	config := s.served.part.args[2]
	raw, err := os.ReadFile(config)
	if err != nil {
		return "", fmt.Errorf("configure parents: %w", err)
	}
	var rows strings.Builder
	rows.WriteString("phone\n")
	for n := range parentsTold {
		fmt.Fprintf(&rows, "139%08d\n", n)
	}
	const before = "    pickups:"
	dir := filepath.Dir(config)
	return filepath.Join(dir, "parents.csv"), files(dir, map[string]string{
		filepath.Base(config): strings.Replace(string(raw), before, "    to_parents: {sms: parents-texts}\n"+before, 1),
		"parents.csv":         rows.String(),
	})
}

func (s *parentsSchool) close() (err error) {
	if s.fleet != nil {
		s.fleet.Close()
	}
	if s.people != nil {
		s.people.leave()
	}
	if s.served != nil && s.served.part.proc != nil {
		err = s.served.part.proc.stop()
	}
	if s.texts != nil {
		err = errors.Join(err, s.texts.close())
	}
	return err
}

func (m *measurement) sayParents(block int, b besideParents) {
	alone, beside := b.Alone[block].Load.Terminal.FromWrite.P99, b.Beside[block].Load.Terminal.FromWrite.P99
	m.say("parents %d/%d police p99 alone %.3f ms, beside %d letters %.3f ms: %.2f times; letters from %.1f to %.1f s", block+1, m.config.Blocks,
		ms(alone), parentsTold, ms(beside), float64(beside)/float64(max(alone, 1)), b.First[block].Seconds(), b.Last[block].Seconds())
}
