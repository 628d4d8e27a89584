// The console's script. The server renders every page; this follows the event
// stream, asks for the same page again when something changed and puts the
// difference in place. It also runs the clocks, the sound, the A key and the
// page's own receipts. It holds no words: they stand in the page.

import { tick } from "./clock.js";
import { Away } from "./away.js";
import { Cards } from "./cards.js";
import { glide } from "./glide.js";
import { guard } from "./incident.js";
import { Link } from "./link.js";
import { morph } from "./morph.js";
import { hold, overtaken } from "./notice.js";
import { receipt } from "./receipts.js";
import { again, ask, draw, failed, held, here, read, steady } from "./redraw.js";
import { Sound } from "./sound.js";

const RETRY_MS = 3_000;

const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// ---- the page -------------------------------------------------------------

let selected = new URLSearchParams(location.search).get("selected");
let chosen = !!selected || !!document.querySelector("[data-whole]"); // a person opened it
let fetching = false;
let dirty = false;
const groups = byId("groups");
const cards = groups ? new Cards(groups, () => refresh()) : null;

function address() {
  const url = here();
  if (byId("groups") && selected) url.searchParams.set("selected", selected);
  url.searchParams.delete("dense");
  if (cards?.dense) url.searchParams.set("dense", "");
  return url;
}

// refresh asks for the page again; one request at a time, and once more where
// something changed meanwhile.
async function refresh() {
  if (fetching) {
    dirty = true;
    return;
  }
  fetching = true;
  do {
    dirty = false;
    try {
      await show(await again(address));
      link.fetched();
      away.settle();
    } catch {
      link.lose(); // a page that can't be fetched is as old as one without a stream
      later(RETRY_MS);
      break;
    }
  } while (dirty);
  fetching = false;
}

let timers = [];
function later(...delays) {
  timers.forEach(clearTimeout);
  timers = delays.map((ms) => setTimeout(refresh, ms));
}

async function show(answer, answered = false) {
  if (failed(answer)) {
    if (answered && refused(await answer.text())) return null;
    throw new Error(`the hub answered ${answer.status}`);
  }
  const page = await read(answer, address());
  if (!page) return null;
  if (groups) glide(() => draw(page, board), () => (comes(page) && !cards.still ? null : held()));
  else draw(page);
  link.again();
  if (answered) {
    morph(byId("notice"), page.getElementById("notice"));
    hold();
  }
  settle();
  return page;
}

// refused says what the hub said of a command that it could not take; everything
// else stands as it is. It reports whether the hub could draw the page all the same.
function refused(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const own = page.querySelector("#notice .refused")?.textContent;
  const why = own ?? page.querySelector("#main p")?.textContent;
  if (!why) return false;
  const line = Object.assign(document.createElement("p"), { className: "notice refused", role: "status", textContent: why });
  byId("notice").replaceChildren(line);
  hold();
  return !!own;
}

// board puts the board in place, where both pages are one.
function board(page) {
  const next = page.getElementById("groups");
  if (!groups || !next) return false;
  cards.put(next);
  steady(() => morph(byId("detail"), page.getElementById("detail")));
  groups.parentElement.classList.toggle("calm", next.parentElement.classList.contains("calm"));
  return true;
}

// comes reports whether a page has cards that the board has not, or the reverse.
function comes(page) {
  const of = (root) => all(".card", root).map((c) => c.id).join();
  return of(page) !== of(document);
}

// settle is what follows every change of the page.
function settle() {
  if (!selected) {
    selected = document.querySelector(".beside-in")?.dataset.open ?? null;
  }
  arm();
  guard();
  away.settle();
  overtaken();
  sound.play(all("[data-sound]").map((c) => c.dataset.sound).concat(all(".waiting").filter((w) => w.textContent).map((w) => w.closest(".group").dataset.group)));
  watch();
  cards?.name();
  tick();
}

// ---- acknowledging --------------------------------------------------------

let armed = null;

// arm decides whose button the A key presses: the selected one where a person
// chose it, else the first that waits. It stays with that one until it is
// taken, so that an arrival never changes what the key does.
function arm() {
  const buttons = all("[data-take]");
  const of = (id) => buttons.find((b) => b.dataset.take === id);
  const button = (chosen && of(selected)) || of(armed) || buttons.find((b) => !b.classList.contains("minor"));
  armed = button?.dataset.take ?? null;
  buttons.forEach((b) => b.classList.toggle("armed", b === button));
}

document.addEventListener("keydown", (e) => {
  const typing = e.target.closest?.("input, textarea, select");
  if (e.key.toLowerCase() !== "a" || e.repeat || e.ctrlKey || e.metaKey || e.altKey || typing) return;
  const button = document.querySelector("[data-take].armed");
  if (!button) return;
  e.preventDefault();
  button.form.requestSubmit(button);
});

const busy = new WeakSet(); // forms under way

document.addEventListener("submit", async (e) => {
  const form = e.target;
  if (!form.closest("main")) return;
  e.preventDefault();
  const button = e.submitter;
  if (busy.has(form)) return;
  busy.add(form); // not disabled: a disabled button loses the focus
  button?.setAttribute("aria-busy", "true");
  delete form.dataset.refused; // what comes now is drawn into it again
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const page = await show(await ask(form.action, { method: "POST", body, signal: undefined }), true);
    if (page && !page.querySelector("#notice .refused")) {
      form.reset();
      form.closest("details")?.removeAttribute("open");
    } else if (page) {
      document.querySelector("form[data-refused] [autofocus]")?.focus();
    }
    const id = form.closest("[data-incident]")?.dataset.incident ?? form.closest("[data-open]")?.dataset.open;
    if (id) confirm(id, "read");
  } catch {
    link.lose();
    later(0); // the page itself may be there: then nothing is lost but this command
  } finally {
    busy.delete(form);
    button?.removeAttribute("aria-busy");
  }
});

// ---- selecting ------------------------------------------------------------

document.addEventListener("click", (e) => {
  const inside = e.target.closest?.("#groups, #news");
  if (inside && e.isTrusted && cards?.shielded) {
    e.preventDefault();
    e.stopPropagation();
    return;
  }
  const card = e.target.closest?.(".card");
  const chose = e.target.closest?.("[data-select]");
  if (!card || e.target.closest("button, input") || e.ctrlKey || e.metaKey || e.shiftKey) return;
  confirm(card.dataset.incident, "read");
  if (!groups || !inside || (!chose && getSelection().toString())) return;
  e.preventDefault();
  select(card.dataset.incident);
}, true);

function select(id) {
  selected = id;
  chosen = true;
  history.replaceState(null, "", `/?selected=${encodeURIComponent(id)}`);
  all(".card").forEach((c) => c.classList.toggle("selected", c.dataset.incident === id));
  refresh();
  if (matchMedia("(max-width: 69.99rem)").matches) byId("detail").scrollIntoView();
}

// ---- receipts -------------------------------------------------------------

const inView = new Set();

function confirm(id, status) {
  receipt(id, status, Number(document.querySelector(`[data-incident="${id}"], [data-open="${id}"]`)?.dataset.number));
}

// A card counts as received when it stands in the visible part of a visible
// page, and as read when a person opened it.
const seen = new IntersectionObserver((entries) => {
  entries.forEach((e) => (e.isIntersecting ? inView.add(e.target) : inView.delete(e.target)));
  if (document.visibilityState === "visible") inView.forEach((c) => cards?.saw(c));
  receive();
}, { threshold: 0.5 });
const observed = new WeakSet();

function watch() {
  all(".card").filter((c) => !observed.has(c)).forEach((c) => {
    observed.add(c);
    seen.observe(c);
  });
  receive();
}

function receive() {
  inView.forEach((c) => (c.isConnected ? confirm(c.dataset.incident, "received") : inView.delete(c)));
  const open = document.querySelector("[data-open][data-whole]");
  if (open) confirm(open.dataset.open, "read");
}

document.addEventListener("visibilitychange", receive);

// ---- the link to the hub ----------------------------------------------------

const away = new Away();
const link = new Link("/api/v1/stream?beat=1", {
  sounds: () => (sound.on ? (groups ? 2 : 1) : 0), // a board has all that sounds
  ready: refresh,
  changed: () => refresh().then(() => later(1_500, 6_000)), // receipts come in behind it
  look: () => later(0),
  lost: () => away.begin(),
  back: (from, to) => away.end(from, to),
});

// ---- begin ----------------------------------------------------------------

const sound = byId("sound") ? new Sound(byId("sound")) : { play() {} };
if (selected === null && groups) selected = document.querySelector(".beside-in")?.dataset.open ?? null;
setInterval(() => {
  if (tick()) later(500); // something falls due
  link.supervise();
}, 1_000);
setInterval(() => document.querySelector("[data-open]") && refresh(), 30_000);
link.connect();
settle();
