package console

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// longestField bounds a field of a form with a photo, in bytes: the longest text
// takes four of them a character.
const longestField = 4*hazard.LongestText + 1

// placesAt are the posts and the places of a school.
func (c *Console) placesAt(p *page, school string) placesOf {
	out := placesOf{Name: p.schoolName(school)}
	for _, post := range c.api.Service().PostsOf(p.Account, school) {
		out.Posts = append(out.Posts, placeOption{school + "/post/" + post.ID, p.Text(post.Name)})
	}
	of, _ := p.people.School(school)
	for _, place := range c.api.Service().Places(of) {
		out.Rest = append(out.Rest, placeOption{school + "/place/" + place.ID, p.Text(place.Name)})
	}
	return out
}

// photoForm reads a form whose last field is a photo: the other fields, and the
// photo as it is still to be read, nil where there is none. What is no such form is
// answered here.
func (c *Console) photoForm(w http.ResponseWriter, r *http.Request) (fields url.Values, photo io.Reader, ok bool) {
	form, err := r.MultipartReader()
	if err != nil {
		c.errorPage(w, r, http.StatusUnsupportedMediaType)
		return nil, nil, false
	}
	fields = url.Values{}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil, true
		}
		if err == nil && part.FormName() == "photo" {
			return fields, chosen(part), true
		}
		if err == nil && len(fields) < 16 {
			err = take(fields, part)
		}
		if err != nil {
			c.errorPage(w, r, http.StatusUnprocessableEntity)
			return nil, nil, false
		}
	}
}

// chosen is the file of a part; nil where nobody chose one, which browsers say by a
// part without a name and without content.
func chosen(part *multipart.Part) io.Reader {
	if part.FileName() == "" {
		return nil
	}
	return part
}

var errLongField = errors.New("a field of the form is too long")

func take(fields url.Values, part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, longestField+1))
	if err == nil && len(b) > longestField {
		return errLongField
	}
	fields.Set(part.FormName(), string(b))
	return err
}

// reportHazard stores what somebody found, and then its photo: where that is
// refused the report is there, and its page takes another.
func (c *Console) reportHazard(w http.ResponseWriter, r *http.Request, a people.Account) {
	fields, photo, ok := c.photoForm(w, r)
	if !ok {
		return
	}
	f := hazardForm{ID: fields.Get("id"), Where: fields.Get("where"), Grade: fields.Get("grade"), Text: fields.Get("text")}
	one, err := c.api.Service().ReportHazard(r.Context(), a, f.found(), c.newPage(r, a).now)
	if err != nil {
		if photo != nil {
			_, _ = io.Copy(io.Discard, photo) // a browser that still sends reads no answer
		}
		c.refuseHazard(w, r, a, f, err)
		return
	}
	c.photoDone(w, r, a, one.ID, photo)
}

// found is what the form says.
func (f hazardForm) found() api.Found {
	out := api.Found{ID: f.ID, Grade: hazard.Grade(f.Grade), Text: f.Text}
	school, rest, _ := strings.Cut(f.Where, "/")
	sort, id, _ := strings.Cut(rest, "/")
	out.School = school
	switch sort {
	case "post":
		out.Post = id
	case "place":
		out.Place = id
	}
	return out
}

// refuseHazard shows the form again with what was written in it, and says why it
// was not taken.
func (c *Console) refuseHazard(w http.ResponseWriter, r *http.Request, a people.Account, f hazardForm, err error) {
	key := hazardRefusals.of(err)
	if key == "" {
		c.failed(w, r, err)
		return
	}
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, alerting.ErrUnavailable):
		status = http.StatusServiceUnavailable
	case errors.Is(err, alerting.ErrConflict):
		status, f.ID = http.StatusConflict, "" // another report has it: this is a new one
	}
	p := c.newPage(r, a)
	f.Fault = p.Say(key)
	c.showHazards(w, r, a, status, f)
}

// addPhoto keeps a photo with a report that has none.
func (c *Console) addPhoto(w http.ResponseWriter, r *http.Request, a people.Account) {
	_, photo, ok := c.photoForm(w, r)
	if !ok {
		return
	}
	if photo == nil {
		c.refused(w, r, "/hazards/"+url.PathEscape(r.PathValue("id")), "refused.photo-none", alerting.ErrInvalid)
		return
	}
	c.photoDone(w, r, a, r.PathValue("id"), photo)
}

// photoDone keeps a photo, if there is one, and leads to its report's page: where
// the photo is refused the report is there all the same.
func (c *Console) photoDone(w http.ResponseWriter, r *http.Request, a people.Account, id string, photo io.Reader) {
	says, err := "done.hazard", error(nil)
	if photo != nil {
		says, err = "done.hazard.photo", c.api.AttachPhoto(w, r, a, id, photo)
	}
	if err != nil {
		says = hazardRefusals.of(err)
	}
	if says == "" {
		c.failed(w, r, err)
		return
	}
	http.Redirect(w, r, withNotice("/hazards/"+url.PathEscape(id), says), http.StatusSeeOther)
}
