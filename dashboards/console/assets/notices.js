// The parents' page while it is open. It follows the stream of notices and,
// when one is out, asks for the same page again and puts it in place. It asks for
// nothing else: there are many parents.

import { tick } from "./clock.js";
import { Link } from "./link.js";
import "./notice.js";
import { again, draw, read } from "./redraw.js";

const { stream } = document.body.dataset;

let begun = false;

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
