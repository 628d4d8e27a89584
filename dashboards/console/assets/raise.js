// A phone as a button. It is held for one second, sends one alarm under one id
// until the hub has it on disk, and says how far it got in the same four words
// as the light on a button; until then it says what to do if it does not. The
// alarm is kept over a reload, and the button goes on working: held again it
// tries at once. A silent alarm shows nothing, unless it fails.

const HOLD_MS = 1_000;
const ANSWER_MS = 5_000; // an answer that takes longer counts as none
const FAILED_MS = 1_500; // without any answer for so long: dial 110
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;
const LOOK_MS = 2_000;
const KEPT_MS = 300_000; // an alarm older than this is not sent by itself any more
const KEPT = "campushub-alarm";

const form = document.querySelector("[data-raise]");
const button = form.querySelector("button");
const line = document.getElementById("raise-state");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let holding = 0;
let sending = false;
let wanted = false; // held before a place was chosen
let again = () => {}; // tries at once
button.textContent = button.dataset.hold;

function hold(e) {
  if (holding || e.button > 0) return;
  button.classList.add("holding");
  holding = setTimeout(send, HOLD_MS);
}

function release() {
  clearTimeout(holding);
  holding = 0;
  button.classList.remove("holding");
}

const key = (e) => e.key === " " || e.key === "Enter";
button.addEventListener("pointerdown", hold);
["pointerup", "pointerleave", "pointercancel", "blur"].forEach((name) => button.addEventListener(name, release));
button.addEventListener("keydown", (e) => {
  if (!key(e)) return;
  e.preventDefault();
  if (!e.repeat) hold(e);
});
button.addEventListener("keyup", (e) => {
  if (!key(e)) return;
  e.preventDefault();
  release();
});
button.addEventListener("contextmenu", (e) => e.preventDefault());
// A click without pointer or key comes from a screen reader, which can't hold.
button.addEventListener("click", (e) => {
  e.preventDefault();
  if (e.detail === 0) send();
});
form.addEventListener("submit", (e) => e.preventDefault());

function alarm() {
  const data = new FormData(form);
  const [school, place] = data.get("place").split("/");
  return { id: data.get("id"), school, place, kind: data.get("kind"), facts: data.getAll("facts"), silent: data.has("silent") };
}

// send begins an alarm, or tries the one under way at once. Without a place it
// asks for one, and goes out as soon as that is chosen.
async function send() {
  release();
  if (sending) return again();
  wanted = !form.elements.place.value;
  if (wanted) {
    line.textContent = line.dataset.place;
    form.elements.place.focus();
    return;
  }
  const body = alarm();
  if (!body.silent) navigator.vibrate?.(200);
  form.elements.id.value = draw(); // what is held after this one is another
  keep({ ...body, account: form.dataset.raise, at: Date.now() });
  await follow(await deliver(body), body.silent);
}

form.elements.place.addEventListener("change", () => wanted && send());

// draw makes a UUID where the page has no secure context, too.
function draw() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function keep(body) {
  try {
    if (body) localStorage.setItem(KEPT, JSON.stringify(body));
    else localStorage.removeItem(KEPT);
  } catch {
    // a browser that keeps nothing sends all the same
  }
}

function kept() {
  try {
    const body = JSON.parse(localStorage.getItem(KEPT));
    return body && body.account === form.dataset.raise && Date.now() - body.at < KEPT_MS ? body : null;
  } catch {
    return null;
  }
}

function say(word, silent) {
  if (silent && word !== "failed" && word !== "refused") return;
  if (word === "failed" && !silent && line.textContent !== line.dataset.failed) navigator.vibrate?.([300, 100, 300]);
  line.textContent = line.dataset[word];
}

// deliver repeats the same alarm until it is stored, or refused. It is said to
// have failed before the first answer could be late, and it goes on.
async function deliver({ account, at, ...body }) {
  sending = true;
  let got = false;
  say(navigator.onLine === false ? "failed" : "sending", body.silent);
  const late = setTimeout(() => got || say("failed", body.silent), FAILED_MS);
  for (let pause = FIRST_WAIT_MS; ; pause = Math.min(pause * 2, LONGEST_WAIT_MS)) {
    const answer = await post(body);
    got ||= !!answer?.ok;
    const incident = answer?.ok ? await answer.json().catch(() => null) : null;
    if (incident?.stored || (answer && answer.status >= 400 && answer.status < 500)) {
      clearTimeout(late);
      keep(null);
      sending = false;
      say(incident ? "stored" : answer.status === 401 ? "failed" : "refused", body.silent);
      return incident;
    }
    if (incident) say("sent", body.silent);
    else if (!answer || answer.status >= 500) got || say("failed", body.silent);
    await Promise.race([new Promise((done) => setTimeout(done, pause)), new Promise((done) => (again = done))]);
  }
}

async function post(body) {
  try {
    return await fetch("/api/v1/incidents", {
      method: "POST", credentials: "same-origin", keepalive: true, signal: AbortSignal.timeout(ANSWER_MS),
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    return null; // not delivered; it is said, and tried again
  }
}

// follow looks whether the police have it.
async function follow(incident, silent) {
  if (!incident || silent) return;
  const { id } = incident;
  for (;;) {
    if (sending) return; // another alarm speaks
    await wait(LOOK_MS);
    try {
      const answer = await fetch(`/api/v1/incidents/${id}`, { credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status === 404 || answer.status === 401) return;
      const now = answer.ok ? await answer.json() : {};
      if (now.state === "acknowledged") say("acknowledged");
      if (now.state === "acknowledged" || now.state === "resolved") return;
    } catch {
      // asked again
    }
  }
}

const waiting = kept();
if (waiting) deliver(waiting).then((incident) => follow(incident, waiting.silent));
