// The script of every page that is not a board: it follows the same stream, so
// that an alarm shows and sounds on it, says whether the hub is there, and how
// old what it shows is. A page that can be drawn anew is, also under the hand of
// somebody who writes, and asks for itself; any other asks for the alarms alone. So
// does one that nobody sees: it sounds, and its title says how many are open.

import { now, tick, wallClock } from "./clock.js";
import { Away } from "./away.js";
import { Link } from "./link.js";
import { overtaken } from "./notice.js";
import { receipt } from "./receipts.js";
import { again, alarms, draw, here, read } from "./redraw.js";
import { Sound } from "./sound.js";

const OLD_MS = 60_000; // from then on the page says that it is old
const HIDDEN_MS = 60_000; // how often a page that nobody sees asks without a reason
const SOON_MS = 700; // something on the page is under way, and its end is waited for
const { stream, renew } = document.body.dataset;
const every = Number(renew) * 1000;

const byId = (id) => document.getElementById(id);

let drawn = now(); // when what #main shows was so
let asked = 0; // when the hub was last asked, on this machine's clock
let fetching = false;
let dirty = false;

const hidden = () => document.visibilityState !== "visible";
const counted = /^\(\d+\) /; // how a title says how many are open

async function refresh() {
  if (hidden() && !link.shared) return;
  if (fetching) {
    dirty = true;
    return;
  }
  fetching = true;
  asked = Date.now();
  let whole;
  try {
    const answer = await again(() => {
      whole = every && !hidden();
      return whole ? here() : "/alarms";
    });
    await show(answer, whole);
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

async function show(answer, whole) {
  const page = await read(answer);
  if (!page) return;
  if (!answer.ok || !page.getElementById("alarms")) throw new Error("no page");
  if (whole) {
    draw(page);
    drawn = now();
  } else {
    alarms(page);
    document.title = (page.title.match(counted)?.[0] ?? "") + document.title.replace(counted, "");
  }
  link.again(page);
  link.fetched();
  settle();
}

function settle() {
  away.settle();
  overtaken();
  play();
  document.querySelectorAll("#alarms [data-incident]").forEach((e) => receipt(e.dataset.incident, "received", Number(e.dataset.number)));
  age();
  tick();
  soon();
}

// play has the sound of what waits, where no other tab has it.
function play() {
  sound?.play([...document.querySelectorAll("#alarms [data-sound]")].map((e) => e.dataset.sound), hidden() && link.hushed);
}

// soon looks again before its time where what is under way ends in a moment. There
// is one such look at a time.
let looking = 0;

function soon() {
  clearTimeout(looking);
  if (!hidden() && document.querySelector("#main [data-soon]")) looking = setTimeout(refresh, SOON_MS);
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
  sounds: () => (sound?.on ? 1 : 0),
  asked: play, // another tab may have come or gone
  every: every || 15_000,
  ready: refresh,
  changed: () => refresh(),
  look: refresh,
  lost: () => away.begin(),
  back: (from, to) => away.end(from, to),
});

// A page that nobody sees goes on following the stream of all tabs; one of its own
// it gives back: a browser has few connections. Seen again it is drawn anew.
document.addEventListener("visibilitychange", () => {
  if (hidden()) {
    if (!link.shared) link.close();
    return;
  }
  if (!link.shared) {
    link.hear();
    link.connect();
  }
  link.supervise();
  play();
  refresh();
});

setInterval(() => {
  tick();
  if (hidden() && !link.shared) return link.close();
  link.supervise();
  age();
}, 1_000);
setInterval(() => {
  if (!hidden() || Date.now() - asked > HIDDEN_MS) refresh();
}, every || 15_000);
link.connect();
if (!stream) refresh(); // else the page would say for a whole round that it is connecting
settle();
