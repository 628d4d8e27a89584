// A drill's page. It asks for itself again every two seconds and puts the
// difference in place, runs the clock, and says when the hub is away.

import { setClock, tick } from "./clock.js";
import { morph } from "./morph.js";

const EVERY_MS = 2_000;
const LOST_AFTER_MS = 8_000;

const byId = (id) => document.getElementById(id);
const link = byId("link");
let heard = Date.now();

function say(state) {
  if (link && link.textContent !== link.dataset[state]) link.textContent = link.dataset[state];
  const lost = byId("lost");
  lost.hidden = state !== "lost";
  const title = lost.querySelector("[data-words]");
  if (title && !title.textContent) title.textContent = title.dataset.words.replace("{n}", Math.round((Date.now() - heard) / 1000));
}

async function refresh() {
  try {
    const url = new URL(location.href);
    url.searchParams.delete("notice");
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(LOST_AFTER_MS) });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !next.querySelector(".drill-page")) throw new Error(answer.statusText);
    setClock(next.body.dataset.now);
    morph(byId("main"), next.getElementById("main"));
    heard = Date.now();
    say("connected");
  } catch {
    say(Date.now() - heard > LOST_AFTER_MS ? "lost" : "connecting");
  }
  setTimeout(refresh, EVERY_MS);
}

setInterval(tick, 250);
setTimeout(refresh, EVERY_MS);
say("connected");
