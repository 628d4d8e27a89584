// The parents' page while it is open. It follows the stream of notices and,
// when one is out, asks for the same page again and puts it in place. It asks for
// nothing else: there are many parents.

import { tick } from "./clock.js";
import { Link } from "./link.js";
import { morph } from "./morph.js";

const ANSWER_MS = 8_000; // an answer that takes longer counts as none
const { stream } = document.body.dataset;

const byId = (id) => document.getElementById(id);
let begun = false;

async function refresh() {
  try {
    const url = new URL(location.href);
    url.searchParams.delete("notice");
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(ANSWER_MS) });
    if (new URL(answer.url).pathname === "/sign-in") return location.assign("/sign-in");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !page.querySelector(".notices")) throw new Error("no page");
    morph(byId("main"), page.getElementById("main"));
    link.fetched();
  } catch {
    link.lose();
  }
}

// Those that are out already come before ready, and are on the page; a stream
// that comes back asks for the page anew, in case one was missed.
const link = new Link(stream, {
  silence: 27_000, // three beats of this stream
  changed: () => begun && refresh(),
  ready: () => {
    if (begun) refresh();
    begun = true;
  },
  look: refresh,
  lost: () => {},
  back: () => {},
});

setInterval(() => {
  tick();
  link.supervise();
}, 1_000);
link.connect();
