// A phone as a button. It is held for one second, sends one alarm under one id
// until the hub has it on disk, and says how far it got in the same four words
// as the light on a button. A silent alarm shows nothing, unless it fails.

const HOLD_MS = 1_000;
const ANSWER_MS = 5_000; // an answer that takes longer counts as none
const FAILED_MS = 10_000; // without any answer for so long: dial 110
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;
const LOOK_MS = 2_000;

const form = document.querySelector("[data-raise]");
const button = form.querySelector("button");
const line = document.getElementById("raise-state");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let holding = 0;
let sending = false;
button.textContent = button.dataset.hold;

function hold(e) {
  if (sending || holding || e.button > 0) return;
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

async function send() {
  if (sending) return;
  sending = true;
  release();
  const body = alarm();
  const say = (word) => {
    if (!body.silent || word === "failed" || word === "refused") line.textContent = line.dataset[word];
  };
  if (!body.silent) {
    navigator.vibrate?.(200);
    button.disabled = true;
    document.getElementById("raise-again").hidden = false;
  }
  const incident = await deliver(body, say);
  if (incident && !body.silent) follow(incident.id, say);
}

// deliver repeats the same alarm until it is stored, or refused.
async function deliver(body, say) {
  let answered = Date.now();
  for (let pause = FIRST_WAIT_MS; ; pause = Math.min(pause * 2, LONGEST_WAIT_MS)) {
    try {
      const answer = await fetch("/api/v1/incidents", {
        method: "POST", credentials: "same-origin", keepalive: true, signal: AbortSignal.timeout(ANSWER_MS),
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      if (answer.ok) {
        answered = Date.now();
        const incident = await answer.json();
        say(incident.stored ? "stored" : "sent");
        if (incident.stored) return incident;
      } else if (answer.status < 500) {
        say(answer.status === 401 ? "failed" : "refused");
        return null;
      }
    } catch {
      // not delivered; the loop says so in time, and goes on
    }
    if (Date.now() - answered >= FAILED_MS) say("failed");
    await wait(pause);
  }
}

// follow looks whether the police have it.
async function follow(id, say) {
  for (;;) {
    await wait(LOOK_MS);
    try {
      const answer = await fetch(`/api/v1/incidents/${id}`, { credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status === 404 || answer.status === 401) return;
      const incident = answer.ok ? await answer.json() : {};
      if (incident.state === "acknowledged") say("acknowledged");
      if (incident.state === "acknowledged" || incident.state === "resolved") return;
    } catch {
      // asked again
    }
  }
}
