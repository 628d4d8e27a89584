// How every page is drawn anew: it is asked for again, and the difference is put
// in place under the hand of whoever reads, types or chooses. There is no other
// way, and nothing that somebody has begun to write stops it.

import { setClock } from "./clock.js";
import { morph, written } from "./morph.js";

const ANSWER_MS = 8_000; // an answer that takes longer counts as none
const REST_TIMES = 3;
const REST_MS = 1_000; // the longest rest

const byId = (id) => document.getElementById(id);

// A form that was refused is answered where it was sent to; the page is another.
if (document.body.dataset.here) history.replaceState(null, "", document.body.dataset.here);

// ask fetches a page of the hub, and throws where none comes in time.
export const ask = (address, more = {}) => fetch(address, {
  credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(ANSWER_MS), ...more,
});

// again asks for the page anew, and waits first where the last answer took long:
// where hundreds of pages are open, each rests for three times as long as the
// hub needed for it. The first event after a rest is shown at once. The address is
// asked for when the rest is over: somebody may have chosen another incident.
let rested = 0;

export async function again(address = here) {
  const rest = rested - performance.now();
  if (rest > 0) await new Promise((go) => { setTimeout(go, rest); });
  const began = performance.now();
  try {
    return await ask(address());
  } finally {
    const took = performance.now() - began;
    rested = performance.now() + Math.min(REST_TIMES * took, REST_MS);
  }
}

// here is the address of this very page, as it is asked for again.
export function here() {
  const url = new URL(location.href);
  url.searchParams.delete("notice");
  return url;
}

// failed reports whether the hub could not answer. Such an answer is a page too,
// and is never drawn over what stands: a board without its cards shows no alarm.
export const failed = (answer) => answer.status >= 500 || answer.status === 429;

// read makes a document of an answer. It is null where the browser goes
// elsewhere: to sign in, or to itself where the hub has another release of the
// console and nobody is writing.
export async function read(answer, back = here()) {
  if (new URL(answer.url).pathname === "/sign-in") {
    location.assign(`/sign-in?next=${encodeURIComponent(back.pathname + back.search)}`);
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("main")) throw new Error("no page");
  if (page.body.dataset.now) setClock(page.body.dataset.now);
  if (answer.ok && sheet(page) !== sheet(document) && !writing()) {
    location.reload();
    return null;
  }
  return page;
}

const sheet = (page) => page.querySelector("link[rel=stylesheet]")?.getAttribute("href");

// writing reports whether a reload would take something from somebody.
function writing() {
  const fields = [...document.querySelectorAll("#main :is(input, select, textarea)")];
  return fields.some((e) => e === document.activeElement || written(e));
}

// draw puts a page in place; board, if the page has one, does so for #main.
export function draw(page, board) {
  document.title = page.title;
  morph(byId("top"), page.getElementById("top"));
  alarms(page);
  if (board?.(page)) return;
  steady(() => morph(byId("main"), page.getElementById("main")));
}

// alarms puts those of a page in place. The page to call help has none: nothing
// moves under the thumb.
export const alarms = (page) => morph(byId("alarms"), page.getElementById("alarms"));

// ---- nothing moves under a hand ---------------------------------------------

const touchable = "a, button, summary, label, input, select, textarea";

// held is what a hand is about to press, or the focus is on.
export function held() {
  const under = [...document.querySelectorAll("#main :hover")].pop()?.closest(touchable);
  const focused = document.activeElement?.closest("#main") && document.activeElement.matches(touchable) ? document.activeElement : null;
  return under ?? focused;
}

// steady makes a change and leaves what a hand is on where it stands on the
// screen.
export function steady(change) {
  const on = held();
  const stood = on?.getBoundingClientRect();
  const beside = on?.closest(".take-place");
  change();
  if (beside && !on.isConnected && beside.isConnected && document.activeElement === document.body) beside.focus(); // the next Tab leads on from there
  if (!stood || !on.isConnected || stood.bottom < 0 || stood.top > innerHeight) return;
  const moved = on.getBoundingClientRect().top - stood.top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}
