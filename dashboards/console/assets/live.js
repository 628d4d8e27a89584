// The script of every page that is not a board: it follows the same stream, so
// that an alarm shows and sounds on it, says whether the hub is there, and how
// old what it shows is. A page that can be drawn anew is, also under the hand of
// somebody who writes, and asks for itself; any other asks for the alarms alone.

import { now, tick, wallClock } from "./clock.js";
import { Away } from "./away.js";
import { Link } from "./link.js";
import { receipt } from "./receipts.js";
import { again, alarms, draw, here, read } from "./redraw.js";
import { Sound } from "./sound.js";

const OLD_MS = 60_000; // from then on the page says that it is old
const SOON_MS = 700; // something on the page is under way, and its end is waited for
const { stream, renew } = document.body.dataset;
const every = Number(renew) * 1000;

const byId = (id) => document.getElementById(id);

let drawn = now(); // when what #main shows was so
let fetching = false;
let dirty = false;

async function refresh() {
  if (document.visibilityState !== "visible") return;
  if (fetching) {
    dirty = true;
    return;
  }
  fetching = true;
  try {
    await show(await again(every ? here : () => "/alarms"));
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
  const page = await read(answer);
  if (!page) return;
  if (!answer.ok || !page.getElementById("alarms")) throw new Error("no page");
  if (every) {
    draw(page);
    drawn = now();
  } else {
    alarms(page);
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
  soon();
}

// soon looks again before its time where what is under way ends in a moment. There
// is one such look at a time.
let looking = 0;

function soon() {
  clearTimeout(looking);
  if (document.querySelector("#main [data-soon]")) looking = setTimeout(refresh, SOON_MS);
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
