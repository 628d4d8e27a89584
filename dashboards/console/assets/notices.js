// The parents' page while it is open. It follows the stream of notices and,
// when one is out, asks for the same page again and puts it in place. It shows
// nothing of its own but that the page may be old.

import { morph } from "./morph.js";

const SILENCE_MS = 25_000;
const line = () => document.getElementById("notices-link");
let begun = false;

async function refresh() {
  try {
    const url = new URL(location.href);
    url.searchParams.delete("notice");
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (new URL(answer.url).pathname === "/sign-in") return location.assign("/sign-in");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !page.getElementById("notices-link")) throw new Error("no page");
    morph(document.getElementById("main"), page.getElementById("main"));
  } catch {
    lost();
  }
}

function lost() {
  if (line()) line().textContent = line().dataset.lost;
}

const stream = new EventSource("/api/v1/notices/stream");
// Those that are out already come before ready; a stream that comes back asks
// for the page anew, in case one was missed.
stream.addEventListener("notice", () => begun && refresh());
stream.addEventListener("ready", () => {
  if (line()) line().textContent = "";
  if (begun) refresh();
  begun = true;
});
stream.addEventListener("error", () => {
  lost();
  if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), SILENCE_MS);
});
