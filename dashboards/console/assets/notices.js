// The parents' page while it is open. It follows the stream of notices and,
// when one is out, asks for the same page again and puts it in place. It asks for
// nothing else: there are many parents.

import { tick } from "./clock.js";
import { Link } from "./link.js";
import "./notice.js";
import { again, draw, read } from "./redraw.js";

const { stream } = document.body.dataset;

let begun = false;
let missed = false; // something came out between the page and its stream

// stands reports whether the page has a notice as the stream tells it.
function stands(data) {
  const { id, replaced } = JSON.parse(data);
  const letter = document.getElementById(`n-${id}`);
  return letter !== null && letter.classList.contains("replaced") === replaced;
}

async function refresh() {
  try {
    const answer = await again();
    const page = await read(answer);
    if (!page) return;
    if (!answer.ok || !page.querySelector(".notices")) throw new Error("no page");
    draw(page);
    link.again();
    link.fetched();
  } catch {
    link.lose();
  }
}

// Those that are out already come before ready, and are on the page, but for one that
// came out since the page was drawn; a stream that comes back asks for the page anew,
// in case one was missed.
const link = new Link(stream, {
  silence: 27_000, // three beats of this stream
  changed: (data) => {
    if (begun) refresh();
    else missed ||= !data || !stands(data);
  },
  ready: () => {
    if (begun || missed) refresh();
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
