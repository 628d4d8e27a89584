package console_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/office"
	"example.org/campushub/dashboards/api/apitest"
)

func hazardDesk(t *testing.T, store *office.Store, log *slog.Logger, reg prometheus.Registerer) *hazard.Desk {
	t.Helper()
	d, err := hazard.New(hazard.Deps{Store: store, Log: log, Registry: reg})
	require.NoError(t, err)
	return d
}

// How a camera says that its picture is to be turned.
const (
	orientedUp    = 1
	orientedRight = 6
)

// camera is what a telephone's camera stores: a red corner above on the left of its
// sensor, and in its Exif data how it was held, where it was, and which it is.
func camera(orientation uint16) []byte {
	p := image.NewRGBA(image.Rect(0, 0, 2000, 1000))
	draw.Draw(p, p.Rect, image.NewUniform(color.Gray{200}), image.Point{}, draw.Src)
	draw.Draw(p, image.Rect(0, 0, 500, 500), image.NewUniform(color.RGBA{220, 20, 20, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	_ = jpeg.Encode(&b, p, nil)
	le := binary.LittleEndian
	entry := func(b []byte, tag, sort uint16, count, value uint32) []byte {
		return le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), sort), count), value)
	}
	tiff := le.AppendUint16([]byte("II*\x00\x08\x00\x00\x00"), 3)
	tiff = entry(tiff, 0x010f, 2, 12, 74) // its make
	tiff = entry(tiff, 0x0112, 3, 1, uint32(orientation))
	tiff = entry(tiff, 0x8825, 4, 1, 50) // the GPS directory
	tiff = le.AppendUint32(tiff, 0)
	tiff = le.AppendUint16(tiff, 1)
	tiff = entry(tiff, 0x0002, 5, 3, 86) // the latitude: degrees, minutes, seconds
	tiff = append(le.AppendUint32(tiff, 0), make([]byte, 74-68)...)
	tiff = append(tiff, "SecretPhone\x00"...)
	for _, n := range []uint32{39, 1, 54, 1, 2718, 100} {
		tiff = le.AppendUint32(tiff, n)
	}
	app1 := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(app1)+2))
	file := b.Bytes()
	return slices.Concat(file[:2], head, app1, file[2:])
}

// sends posts a form with a photo, as a browser without a script does; nil where
// none is chosen.
func (b *browser) sends(path string, photo []byte, fields ...string) shown {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		require.NoError(b.t, m.WriteField(fields[i], fields[i+1]))
	}
	name := "IMG_0001.jpg"
	if photo == nil {
		name = ""
	}
	f, err := m.CreateFormFile("photo", name)
	require.NoError(b.t, err)
	_, _ = f.Write(photo)
	require.NoError(b.t, m.Close())
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.h.http.URL+path, &body)
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", b.lang)
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	defer res.Body.Close()
	var page bytes.Buffer
	_, err = page.ReadFrom(res.Body)
	require.NoError(b.t, err)
	return shown{status: res.StatusCode, path: res.Request.URL.Path, header: res.Header, html: page.String()}
}

// finds reports a hazard at the north gate.
func (b *browser) finds(text string, photo []byte) shown {
	b.t.Helper()
	out := b.sends("/hazards", photo, "id", uuid.NewString(), "where", apitest.School+"/place/north-gate", "grade", "general", "text", text)
	require.Equal(b.t, http.StatusOK, out.status)
	require.Contains(b.t, out.path, "/hazards/")
	return out
}

// taken is how many photos came to a result.
func (h *hub) taken(result string) (n int) {
	h.t.Helper()
	families, err := h.metrics.Gather()
	require.NoError(h.t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "campushub_hazard_photos_total" && m.GetLabel()[0].GetValue() == result {
				n += int(m.GetCounter().GetValue())
			}
		}
	}
	return n
}

func TestOnlyItsReporterAndTheSchoolsOfficerReadAHazard(t *testing.T) {
	h := start(t)
	one := h.as("guard-1", "zh").finds("护栏松动", camera(orientedUp)).path
	for who, want := range map[string][2]int{ // /hazards, the hazard
		"guard-1": {200, 200}, "officer-1": {200, 200}, "clerk-1": {200, 200}, "liaison-1": {403, 404}, "named-1": {403, 404}, "other-1": {403, 404},
		"volunteer-1": {403, 404}, "staff-1": {403, 404}, "parent-1": {403, 404}, "district-1": {403, 404}, "admin-1": {403, 404},
	} {
		b := h.browser("zh")
		b.post("/sign-in", "name", who, "password", apitest.Password)
		assert.Equal(t, want, [2]int{b.get("/hazards").status, b.get(one).status}, who)
		assert.Equal(t, want[1], b.get("/api/v1"+one+"/photo").status, who)
		assert.Equal(t, want[0] == 200, strings.Contains(b.get("/").html, `href="/hazards"`), who)
		if who != "guard-1" && who != "officer-1" && who != "clerk-1" {
			assert.Equal(t, http.StatusForbidden, b.sends("/hazards", nil, "id", uuid.NewString(), "where", apitest.School+"/place/north-gate", "grade", "general", "text", "x").status, who)
			assert.Equal(t, http.StatusNotFound, b.post(one+"/state", "known", "0", "state", "done", "reason", "x").status, who)
			assert.Equal(t, http.StatusNotFound, b.sends(one+"/photo", camera(orientedUp)).status, who)
		}
	}
	says(t, h.as("officer-1", "en").sends(one+"/photo", camera(orientedUp)).html, "Not done: this is not yours to do.", "the photo is its reporter's to send")
	assert.Equal(t, "/sign-in", h.browser("zh").get(one).path)
	page := h.as("guard-1", "en").post(one+"/state", "known", "0", "state", "done", "reason", "x")
	says(t, page.html, "Not done: this is not yours to do.")
	says(t, page.html, "<strong>open</strong>")
	assert.Empty(t, h.engine.Unresolved(), "nothing of it is an alarm")
}

// An officer settles it step by step; while one is open, Today has a line.
func TestTodayHasALineWhileAHazardIsNotDone(t *testing.T) {
	h := start(t)
	officer, guard := h.as("officer-1", "en"), h.as("guard-1", "zh")
	lacks(t, officer.get("/today").html, "today-"+apitest.School+"-hazards")
	one := guard.finds("护栏松动", nil).path
	page := officer.get("/today").html
	says(t, page, "1 not done")
	says(t, page, `<strong class="warn">open · general hazard · North gate · `)
	lacks(t, h.as("liaison-1", "en").get("/today").html, "hazard")
	says(t, officer.post(one+"/state", "known", "0", "state", "in-hand", "reason", " ").html, "Not done: choose a place")
	says(t, officer.post(one+"/state", "known", "x", "state", "in-hand", "reason", "x").html, "Not done: choose a place")
	page = officer.post(one+"/state", "known", "0", "state", "in-hand", "reason", "repairs are ordered").html
	says(t, page, "The state is changed.")
	says(t, page, " · officer-1 · being seen to · repairs are ordered</li>")
	says(t, officer.post(one+"/state", "known", "0", "state", "done", "reason", "y").html, "somebody changed it meanwhile")
	page = officer.get("/today").html
	says(t, page, "<li>being seen to · general hazard · North gate · ", "somebody does: it is no longer in bold")
	officer.post(one+"/state", "known", "1", "state", "done", "reason", "fixed")
	lacks(t, officer.get("/today").html, "today-"+apitest.School+"-hazards")
	page = guard.get(one).html
	says(t, page, "已办结")
	says(t, page, " · officer-1 · 已办结 · fixed</li>")
	says(t, guard.get("/hazards").html, "已办结 1 件")
}

// What is refused of a photo is said in the reader's language and counted, and what
// was written is stored all the same.
func TestARefusedPhotoCostsNoWords(t *testing.T) {
	h := start(t)
	good := camera(orientedUp)
	for reason, c := range map[string]struct {
		file   []byte
		zh, en string
	}{
		"bytes":    {append(slices.Clone(good), make([]byte, 11<<20)...), "超过 10 MB", "more than 10 MB"},
		"pixels":   {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x4e\x20\x00\x00\x4e\x20\x08\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10IDAT"), "最多 4000 万", "40 million at most"},
		"format":   {[]byte("<!doctype html><script>alert(1)</script>\xff\xd8\xff"), "不是 JPEG", "no JPEG, PNG or WebP"},
		"broken":   {good[:len(good)/2], "文件已损坏", "the file is broken"},
		"animated": {[]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00"), "不收动图", "the picture moves"},
	} {
		for lang, words := range map[string]string{"zh": c.zh, "en": c.en} {
			before := h.taken(reason)
			page := h.as("guard-1", lang).finds("words of "+reason, c.file)
			says(t, page.html, words, reason)
			says(t, page.html, "words of "+reason)
			says(t, page.html, `name="photo"`, "and it takes another")
			assert.Equal(t, before+1, h.taken(reason), reason)
			again := h.as("guard-1", lang).sends(page.path+"/photo", good)
			says(t, again.html, `class="hazard-photo"`)
			lacks(t, again.html, `name="photo"`)
		}
	}
	assert.Equal(t, 10, h.taken("stored"))
	guard := h.as("guard-1", "en")
	bare := guard.finds("no photo", nil)
	says(t, bare.html, "The hazard is reported.")
	says(t, guard.sends(bare.path+"/photo", nil).html, "No photo was chosen.")
}

// A form that is refused has its words yet.
func TestAHazardThatIsRefusedIsNotWrittenTwice(t *testing.T) {
	h := start(t)
	guard := h.as("guard-1", "en")
	id := uuid.NewString()
	page := guard.sends("/hazards", camera(orientedUp), "id", id, "where", apitest.School+"/place/nowhere", "grade", "major", "text", "a loose rail")
	assert.Equal(t, http.StatusUnprocessableEntity, page.status)
	says(t, page.html, "Not done: choose a place")
	says(t, page.html, ">a loose rail</textarea>")
	says(t, page.html, `<option value="major" selected>`)
	says(t, page.html, `value="`+id+`"`)
	assert.Equal(t, http.StatusUnsupportedMediaType, guard.post("/hazards", "text", "x").status)
	long := guard.sends("/hazards", nil, "text", strings.Repeat("险", 3000))
	assert.Equal(t, http.StatusUnprocessableEntity, long.status)
	says(t, guard.get("/hazards").html, "No hazard is open.")
	page = guard.sends("/hazards", nil, "id", id, "where", apitest.School+"/place/north-gate", "grade", "major", "text", "a loose rail")
	require.Equal(t, "/hazards/"+id, page.path)
	page = guard.sends("/hazards", nil, "id", id, "where", apitest.School+"/place/north-gate", "grade", "major", "text", "another one")
	assert.Equal(t, http.StatusConflict, page.status)
	says(t, page.html, ">another one</textarea>")
	lacks(t, page.html, `name="id" value="`+id+`"`, "sent again it is a report of its own")
}

// attack is what somebody writes who wants others' browsers to run it.
const attack = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{.Account}}`

// A guard reports a hazard from a telephone, with a photo that says where it was
// taken; the officer sees both, and no more than both.
func TestAGuardReportsAHazardFromATelephone(t *testing.T) {
	h := start(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "IMG_0001.jpg")
	sent := camera(orientedRight)
	require.Contains(t, string(sent), "SecretPhone")
	require.NoError(t, os.WriteFile(file, sent, 0o600))
	b := h.tab("guard-1")
	b.do(chromedp.EmulateViewport(360, 780), chromedp.Navigate(h.http.URL+"/hazards"), chromedp.WaitVisible(chromedp.CSS("#hazard-photo")))
	b.await(`document.documentElement.scrollWidth <= 360`, "nothing is wider than the telephone")
	b.await(`document.querySelector("#hazard-photo").matches("[type=file][accept='image/*'][capture]")`, "it opens the camera")
	b.run(`const text = document.getElementById("hazard-text"); text.value = ` + "`" + attack + "`" + `; text.dispatchEvent(new Event("input", { bubbles: true }))`)
	b.do(chromedp.Navigate(h.http.URL + "/hazards")) // the camera has thrown the page away
	b.await(`document.getElementById("hazard-text")?.value.includes("window.hacked")`, "what was written is there yet")
	b.run(`document.getElementById("hazard-where").value = "` + apitest.School + `/place/east-gate"`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{file}), chromedp.Click(chromedp.CSS("#hazard-form button.main")))
	b.await(`document.querySelector(".hazard-photo")?.naturalWidth > 0`, "stored and shown")
	b.await(`document.querySelector(".notice").textContent === "隐患已上报，照片已存下。"`, "and said")
	b.await(`document.querySelector(".hazard-words").textContent === `+"`"+attack+"`", "as it was written")
	b.await(`window.hacked === undefined && document.documentElement.scrollWidth <= 360`, "nothing of it runs")
	b.await(`document.querySelector(".hazard-photo").naturalWidth === 800 && document.querySelector(".hazard-photo").naturalHeight === 1600`, "upright, and smaller")
	b.await(`localStorage.getItem("campushub-hazard") === null`, "the telephone keeps nothing")
	at := seen[string](b, "location.pathname")

	officer := h.as("officer-1", "zh")
	got := officer.get("/api/v1" + at + "/photo")
	require.Equal(t, http.StatusOK, got.status)
	for _, secret := range []string{"Exif", "SecretPhone"} {
		assert.NotContains(t, got.html, secret)
	}
	p, err := jpeg.Decode(strings.NewReader(got.html))
	require.NoError(t, err)
	r, g, _, _ := p.At(790, 10).RGBA() // the sensor's corner above on the left is seen on the right
	assert.Greater(t, r, 3*g)
	officer.post(at+"/state", "known", "0", "state", "in-hand", "reason", attack)
	for _, page := range []string{officer.get("/today").html, officer.get("/hazards").html, officer.get(at).html} {
		says(t, page, "处理中")
		assert.NotContains(t, page, "<img src=x")
		assert.NotContains(t, page, "<script>window")
	}
	b.do(chromedp.Navigate(h.http.URL + at))
	b.await(`document.querySelector(".hazard-steps")?.textContent.includes("onerror") && window.hacked === undefined`, "the guard reads what the officer wrote, and it runs nowhere")
	assert.Empty(t, h.engine.Unresolved(), "nothing of it is an alarm")
}

// A photo that is refused, and a hub that cannot be reached: the page says so and
// what to do, and has what was written.
func TestATelephoneSaysWhatDidNotGoOut(t *testing.T) {
	h := start(t)
	dir := t.TempDir()
	bad, large, good := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "b.jpg"), filepath.Join(dir, "c.jpg")
	file := camera(orientedUp)
	require.NoError(t, os.WriteFile(bad, file[:len(file)/2], 0o600))
	require.NoError(t, os.WriteFile(large, append(slices.Clone(file), make([]byte, 11<<20)...), 0o600))
	require.NoError(t, os.WriteFile(good, file, 0o600))
	b := h.tab("guard-1")
	write := func(text string) {
		b.do(chromedp.Navigate(h.http.URL+"/hazards"), chromedp.WaitVisible(chromedp.CSS("#hazard-photo")))
		b.run(`document.getElementById("hazard-where").selectedIndex = 1; const t = document.getElementById("hazard-text"); t.value = "` + text + `"; t.dispatchEvent(new Event("input", { bubbles: true }))`)
	}
	click := chromedp.Click(chromedp.CSS("#hazard-form button.main"))
	write("灯不亮")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{large}), click)
	b.await(`document.getElementById("hazard-said").textContent.includes("超过 10 MB")`, "at once, without sending 11 MB")
	assert.Zero(t, h.taken("bytes"))
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{bad}), click)
	b.await(`document.querySelector(".notice.refused")?.textContent.includes("文件已损坏")`, "why")
	b.await(`document.querySelector(".hazard-words").textContent === "灯不亮"`, "the words are stored")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{good}), click)
	b.await(`document.querySelector(".hazard-photo")?.naturalWidth === 1600`, "another one is taken")
	all := h.as("officer-1", "zh").get("/hazards").html
	assert.Equal(t, 1, strings.Count(all, "灯不亮"), "one report")

	write("积水")
	h.stop()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{good}), click)
	b.await(`document.getElementById("hazard-said").textContent.startsWith("没有送出")`, "nothing went out, and what to do")
	b.await(`document.getElementById("hazard-text").value === "积水" && document.getElementById("hazard-photo").files.length === 1 && JSON.parse(localStorage.getItem("campushub-hazard")).text === "积水"`, "nothing is lost")
	b.await(`document.querySelector("#hazard-form button.main").textContent === "再传一次" && !document.querySelector("#hazard-form button.main").hasAttribute("aria-busy")`, "it can be sent again")
}

// A link that is slow to the point of nothing: the page says that it is sending,
// and goes on by itself.
func TestATelephoneSaysThatAHazardIsOnItsWay(t *testing.T) {
	h := start(t)
	file := filepath.Join(t.TempDir(), "a.jpg")
	require.NoError(t, os.WriteFile(file, camera(orientedUp), 0o600))
	f := h.freezer()
	b := h.tabAt("guard-1", f.url)
	b.do(chromedp.Navigate(f.url+"/hazards"), chromedp.WaitVisible(chromedp.CSS("#hazard-photo")))
	b.run(`document.getElementById("hazard-where").selectedIndex = 1; document.getElementById("hazard-text").value = "积水"`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#hazard-photo"), []string{file}))
	b.run(`window.heard = []; new MutationObserver(() => { heard.push(document.getElementById("hazard-said").textContent); sessionStorage.setItem("heard", JSON.stringify(heard)); }).observe(document.getElementById("hazard-said"), { childList: true })`)
	f.freeze()
	b.do(chromedp.Click(chromedp.CSS("#hazard-form button.main")))
	b.await(`document.getElementById("hazard-said").textContent === "正在发送文字……" && document.querySelector("#hazard-form button.main").hasAttribute("aria-busy")`, "it is being sent")
	f.thaw()
	b.await(`document.querySelector(".hazard-photo")?.naturalWidth === 1600`, "and it arrived")
	b.await(`JSON.parse(sessionStorage.getItem("heard")).some((words) => words.startsWith("文字已存下，正在传照片："))`, "how far the photo was")
	assert.Equal(t, 1, strings.Count(h.as("officer-1", "zh").get("/hazards").html, "积水"), "once")
}
