package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
)

type drillCmd struct {
	Start  drillStartCmd  `cmd:"" help:"Start a drill: one that is planned, or a new one."`
	List   drillListCmd   `cmd:"" help:"List drills, the latest first."`
	Report drillReportCmd `cmd:"" help:"Print the report of a drill that is over."`
}

// desk says which hub to ask, and as whom. A drill is run by a person: there
// is no way past the hub.
type desk struct {
	Hub          string `help:"Address of the hub's console." placeholder:"http://HOST:PORT"`
	Account      string `help:"Account to sign in as." default:"officer"`
	PasswordFile string `help:"File with the account's password." type:"existingfile"`
	Dir          string `help:"Folder of a running demonstration, in place of address and password."`
}

// askWithin is how long the hub may take for one answer.
const askWithin = 10 * time.Second

// signedIn is a desk with its token.
type signedIn struct {
	hub, token string
	client     *http.Client
}

func (d desk) signIn(ctx context.Context) (*signedIn, error) {
	password, err := d.password()
	if err != nil {
		return nil, err
	}
	s := &signedIn{hub: strings.TrimSuffix(d.Hub, "/"), client: &http.Client{Timeout: askWithin}}
	var got struct{ Token string }
	if d.Dir != "" {
		s.hub, password, err = d.demo()
		if err != nil {
			return nil, err
		}
	}
	err = s.ask(ctx, http.MethodPost, "/api/v1/session", map[string]string{"name": d.Account, "password": password}, &got)
	s.token = got.Token
	return s, err
}

func (d desk) password() (string, error) {
	switch {
	case d.Dir != "":
		return "", nil
	case d.Hub == "" || d.PasswordFile == "":
		return "", fmt.Errorf("which hub: want --hub and --password-file, or --dir")
	}
	raw, err := os.ReadFile(d.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}

// demo reads address and password from a demonstration's handout.
func (d desk) demo() (hub, password string, err error) {
	raw, err := os.ReadFile(filepath.Join(d.Dir, "demo.json"))
	if err != nil {
		return "", "", fmt.Errorf("read the demonstration's handout: %w", err)
	}
	var h struct {
		Console  string
		Accounts []struct{ Name, Password string }
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return "", "", fmt.Errorf("read the demonstration's handout: %w", err)
	}
	for _, a := range h.Accounts {
		if a.Name == d.Account {
			return h.Console, a.Password, nil
		}
	}
	return "", "", fmt.Errorf("the demonstration has no account %q", d.Account)
}

// ask makes one request and says in the hub's own words why it was refused.
func (s *signedIn) ask(ctx context.Context, method, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.hub+path, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("ask the hub: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask the hub: %w", err)
	}
	defer res.Body.Close()
	answer := json.NewDecoder(io.LimitReader(res.Body, 16<<20))
	if res.StatusCode < 300 {
		return answer.Decode(into)
	}
	var problem struct{ Detail string }
	_ = answer.Decode(&problem) // without words the status says it
	if problem.Detail == "" {
		return fmt.Errorf("the hub refused: %s", res.Status)
	}
	return fmt.Errorf("the hub refused: %s", strings.TrimPrefix(problem.Detail, alerting.ErrConflict.Error()+": "))
}

type drillStartCmd struct {
	desk
	ID      string   `arg:"" optional:"" help:"A drill that is planned; without it a new one is planned and started."`
	School  string   `help:"Of a new drill."`
	Kind    string   `default:"fire" help:"What a new drill practises."`
	Button  []string `help:"Buttons whose first press is part of it."`
	Storeys int      `default:"4" help:"Of the highest building."`
	Minutes int      `default:"15" help:"It stops by itself after so many."`
	Filed   []string `help:"Police desks that are asked to accept it; they do so before it starts."`
}

// Run starts a drill.
func (c drillStartCmd) Run(ctx context.Context, out io.Writer) error {
	s, err := c.signIn(ctx)
	if err != nil {
		return err
	}
	id := c.ID
	var d api.Drill
	if id == "" {
		if err := s.ask(ctx, http.MethodPost, "/api/v1/drills", c.plan(), &d); err != nil {
			return err
		}
		id = d.ID
	}
	if len(c.Filed) > 0 && c.ID == "" {
		_, err := fmt.Fprintf(out, "%s %s: filed with %s; start it once they have accepted\n", id, d.Phase, strings.Join(c.Filed, ", "))
		return err
	}
	if err := s.ask(ctx, http.MethodPost, "/api/v1/drills/"+url.PathEscape(id)+"/start", struct{}{}, &d); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s\n", d.ID, d.Phase)
	return err
}

func (c drillStartCmd) plan() map[string]any {
	windows := []map[string]any{}
	for _, b := range c.Button {
		windows = append(windows, map[string]any{"school": c.School, "device": b})
	}
	return map[string]any{
		"kind": c.Kind, "for_s": 60 * c.Minutes, "schools": []any{map[string]any{"id": c.School, "storeys": c.Storeys}},
		"windows": windows, "parts": []string{"unit", "evacuation", "head-count"}, "filed": append([]string{}, c.Filed...),
	}
}

type drillListCmd struct {
	desk
	School string `help:"One school only."`
	Limit  int    `default:"50" help:"At most so many."`
}

// Run lists drills.
func (c drillListCmd) Run(ctx context.Context, out io.Writer) error {
	s, err := c.signIn(ctx)
	if err != nil {
		return err
	}
	var all struct{ Drills []api.Drill }
	query := url.Values{"school": {c.School}, "limit": {fmt.Sprint(c.Limit)}}
	if err := s.ask(ctx, http.MethodGet, "/api/v1/drills?"+query.Encode(), nil, &all); err != nil {
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PLANNED\tSCHOOLS\tKIND\tPHASE\tGRADE\tID")
	for _, d := range all.Drills {
		var schools, grades []string
		for _, site := range d.Schools {
			schools = append(schools, site.ID)
		}
		for _, r := range d.Reports {
			grades = append(grades, string(r.Grade))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", d.At.Local().Format("2006-01-02 15:04 -07:00"),
			strings.Join(schools, ","), d.Kind, d.Phase, strings.Join(grades, ","), d.ID)
	}
	return t.Flush()
}

type drillReportCmd struct {
	desk
	ID      string `arg:"" help:"The drill."`
	English bool   `help:"In English."`
}

// Run prints a drill's reports, one a school.
func (c drillReportCmd) Run(ctx context.Context, out io.Writer) error {
	s, err := c.signIn(ctx)
	if err != nil {
		return err
	}
	var d api.Drill
	if err := s.ask(ctx, http.MethodGet, "/api/v1/drills/"+url.PathEscape(c.ID), nil, &d); err != nil {
		return err
	}
	if len(d.Reports) == 0 {
		return fmt.Errorf("drill %s is %s: its report comes when it is over", d.ID, d.Phase)
	}
	for _, r := range d.Reports {
		text := r.Text.ZH
		if c.English {
			text = r.Text.EN
		}
		if _, err := fmt.Fprintln(out, text); err != nil {
			return err
		}
	}
	return nil
}
