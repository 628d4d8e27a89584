// A hazard is sent in two steps: what somebody wrote, and then the photo. The words
// are few bytes and soon stored; the photo takes its time, and says how far it is.
// Where one fails the page says which, keeps what there is, and sends the rest when
// it is asked to. What is being written is kept on the telephone: its camera may
// throw the page away.

const TEXT_MS = 20_000; // an answer that takes longer counts as none
const PHOTO_MS = 150_000; // longer than the hub waits for it
const BUSY_MS = 3_000; // others' photos are being taken in
const BUSY_TIMES = 10;
const MOST_BYTES = 10 * 1024 * 1024;
const KEPT_MS = 86_400_000;
const KEPT = "campushub-hazard";
const PHOTO_URN = "urn:campushub:refusal:photo-";
const FULL_URN = "urn:campushub:refusal:hazards-full";

const form = document.querySelector("[data-hazard]");
const line = document.getElementById("hazard-said");
const button = form?.querySelector("button");
const fields = ["where", "grade", "text"];
let stored = form?.dataset.stored ?? ""; // the report that the hub has
let sending = false;

const say = (word, n) => { line.textContent = line.dataset[word].replace("{n}", n); };

function again(word) {
  sending = false;
  button.removeAttribute("aria-busy");
  button.textContent = button.dataset.again;
  say(word);
}

// ---- what is being written ---------------------------------------------------

function keep(body) {
  try {
    if (body) localStorage.setItem(KEPT, JSON.stringify(body));
    else localStorage.removeItem(KEPT);
  } catch {
    // a browser that keeps nothing sends all the same
  }
}

function restore() {
  try {
    const was = JSON.parse(localStorage.getItem(KEPT));
    if (!was || was.account !== form.dataset.hazard || Date.now() - was.at > KEPT_MS || form.elements.text.value) return;
    for (const name of ["id", ...fields]) if (was[name]) form.elements[name].value = was[name];
  } catch {
    // nothing was kept
  }
}

// Other words are another report: the hub has the first under its id.
function written(e) {
  if (e.target.name === "photo") return;
  form.elements.id.value = draw();
  keep({ account: form.dataset.hazard, at: Date.now(), ...Object.fromEntries(["id", ...fields].map((name) => [name, form.elements[name].value])) });
}

// draw makes a UUID where the page has no secure context, too.
function draw() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// ---- sending -----------------------------------------------------------------

async function send(e) {
  e.preventDefault();
  if (sending) return;
  const photo = form.elements.photo.files[0];
  if (stored && !photo) return form.elements.photo.focus();
  if (photo && photo.size > MOST_BYTES) return say("long");
  sending = true;
  button.setAttribute("aria-busy", "true");
  if (!stored && !(await words())) return;
  if (photo) await picture(photo);
  else leave("done.hazard");
}

// words stores what was written, and reports whether it is.
async function words() {
  say("writing");
  const [school, sort, ...id] = form.elements.where.value.split("/");
  const body = { id: form.elements.id.value, school, [sort]: id.join("/"), grade: form.elements.grade.value, text: form.elements.text.value };
  let answer;
  try {
    answer = await fetch("/api/v1/hazards", {
      method: "POST", credentials: "same-origin", signal: AbortSignal.timeout(TEXT_MS),
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    again("failed");
    return false;
  }
  if (!answer.ok) {
    again(await because(answer));
    return false;
  }
  stored = body.id;
  keep(null);
  form.elements.text.readOnly = true; // it is stored; only the photo is still to come
  form.elements.where.disabled = form.elements.grade.disabled = true;
  return true;
}

async function because(answer) {
  if (answer.status === 401) return "signin";
  if (answer.status >= 500) return "failed";
  const problem = await answer.json().catch(() => ({}));
  return problem.type === FULL_URN ? "full" : "refused";
}

// picture sends the photo, and once more where the hub takes others in.
async function picture(photo) {
  for (let n = 0; ; n++) {
    const { status, type } = await put(photo);
    const why = type?.startsWith(PHOTO_URN) ? type.slice(PHOTO_URN.length) : "";
    if (status === 204) return leave("done.hazard.photo");
    if (status === 401) return again("signin");
    if (why === "busy" && n < BUSY_TIMES) {
      say("taking");
      await new Promise((go) => { setTimeout(go, BUSY_MS); });
      continue;
    }
    if (why && why !== "slow") return leave(`refused.photo-${why}`);
    return again("photoFailed");
  }
}

// put says how far the photo is, which only an XMLHttpRequest can.
function put(photo) {
  return new Promise((done) => {
    const x = new XMLHttpRequest();
    x.open("PUT", `/api/v1/hazards/${encodeURIComponent(stored)}/photo`);
    x.timeout = PHOTO_MS;
    x.setRequestHeader("Content-Type", "application/octet-stream");
    x.upload.onprogress = (e) => say("sending", Math.floor((100 * e.loaded) / e.total));
    x.upload.onload = () => say("taking");
    x.onload = () => {
      let type = "";
      try { type = JSON.parse(x.responseText).type; } catch { /* a 204 has no words */ }
      done({ status: x.status, type });
    };
    x.onerror = x.ontimeout = x.onabort = () => done({ status: 0 });
    say("sending", 0);
    x.send(photo);
  });
}

function leave(notice) {
  location.assign(`/hazards/${encodeURIComponent(stored)}?notice=${notice}`);
}

if (form) {
  form.addEventListener("submit", send);
  if (!stored) {
    form.addEventListener("input", written);
    restore();
  }
}
