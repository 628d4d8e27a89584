// The script of every page that is not a board: it follows the same stream, so
// that an alarm shows and sounds on it, says whether the hub is there, and how
// old what it shows is. A page that can be drawn anew is, and asks for itself;
// any other asks for the alarms alone. Where somebody is writing the page waits,
// and grows old in words.

import { now, setClock, tick, wallClock } from "./clock.js";
import { Away } from "./away.js";
import { Link } from "./link.js";
import { morph } from "./morph.js";
import { receipt } from "./receipts.js";
import { Sound } from "./sound.js";

const ANSWER_MS = 8_000; // an answer that takes longer counts as none
const OLD_MS = 60_000; // from then on the page says that it is old
const { stream, renew } = document.body.dataset;
const every = Number(renew) * 1000;

const byId = (id) => document.getElementById(id);

let drawn = now(); // when what #main shows was so
let written = false; // somebody has begun to write
let fetching = false;
let dirty = false;

document.addEventListener("input", () => (written = true));

const sheet = (page) => page.querySelector("link[rel=stylesheet]").getAttribute("href");
// A page that has to stay up to date is drawn over what somebody writes: that
// stays as it is.
const drawnOver = () => !!document.querySelector("#main [data-drawn-over]");
const writing = () => !drawnOver() && (written || document.activeElement?.matches("#main :is(input, select, textarea)"));

async function refresh() {
  if (document.visibilityState !== "visible") return;
  if (fetching) {
    dirty = true;
    return;
  }
  fetching = true;
  try {
    const url = new URL(every ? location.href : "/alarms", location.href);
    url.searchParams.delete("notice");
    await show(await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(ANSWER_MS) }));
  } catch {
    link.lose();
  } finally {
    fetching = false;
  }
  if (dirty) {
    dirty = false;
    refresh();
  }
}

async function show(answer) {
  if (new URL(answer.url).pathname === "/sign-in") return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("main") || !page.getElementById("alarms")) throw new Error("no page");
  setClock(page.body.dataset.now);
  if (sheet(page) !== sheet(document) && !writing()) return location.reload(); // the hub has another release of the console
  morph(byId("alarms"), page.getElementById("alarms")); // the page to call help has none: nothing moves under the thumb
  if (every) {
    document.title = page.title;
    morph(byId("top"), page.getElementById("top"));
  }
  if (every && !writing()) {
    morph(byId("main"), page.getElementById("main"));
    drawn = now();
  }
  link.again();
  link.fetched();
  settle();
}

function settle() {
  away.settle();
  sound?.play([...document.querySelectorAll("#alarms [data-sound]")].map((e) => e.dataset.sound));
  document.querySelectorAll("#alarms [data-incident]").forEach((e) => receipt(e.dataset.incident, "received", Number(e.dataset.number)));
  age();
  tick();
}

// age says when what the page shows was so, and that it is old by now.
function age() {
  const line = byId("asof");
  if (!line) return;
  const old = now() - drawn > Math.max(OLD_MS, 3 * every);
  line.classList.toggle("old", old);
  const words = (old ? line.dataset.old : line.dataset.words).replace("{time}", wallClock(drawn));
  if (line.textContent !== words) line.textContent = words;
}

const sound = byId("sound") && new Sound(byId("sound"));
const away = new Away();
const link = new Link(stream, {
  every: every || 15_000,
  ready: refresh,
  changed: refresh,
  look: refresh,
  lost: () => away.begin(),
  back: (from, to) => away.end(from, to),
});

// A page that nobody sees gives its connection back: a browser has few of them.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return link.close();
  link.hear();
  link.connect();
  refresh();
});

setInterval(() => {
  tick();
  if (document.visibilityState !== "visible") return;
  link.supervise();
  age();
}, 1_000);
setInterval(refresh, every || 15_000);
link.connect();
settle();
