// The one line over a page that says what came of a command. It stands long enough
// to be read and then goes, also where it came with the page; newer news of the
// incidents takes its place at once when it has been read. It holds no words.

const STANDS_MS = { taken: 5_000, refused: 15_000 };
const READS_MS = { taken: 2_000, refused: 6_000 };

const place = document.getElementById("notice");

let since = 0;
let about = new Map(); // the incidents as they were when it was said
let timer;

const line = () => place.querySelector(".notice");
const kind = () => (line().classList.contains("refused") ? "refused" : "taken");
const numbers = () => new Map([...document.querySelectorAll("[data-incident][data-number]")].map((e) => [e.dataset.incident, Number(e.dataset.number)]));

// hold begins the time of the line that stands there now.
export function hold() {
  clearTimeout(timer);
  if (!line()) return;
  since = Date.now();
  about = numbers();
  leaveAt(since + STANDS_MS[kind()]);
}

// overtaken follows every drawing of the page.
export function overtaken() {
  if (!line()) return;
  const newer = [...numbers()].some(([id, n]) => !(about.get(id) >= n));
  if (newer) leaveAt(since + READS_MS[kind()]);
}

function leaveAt(then) {
  clearTimeout(timer);
  timer = setTimeout(() => place.replaceChildren(), Math.max(0, then - Date.now()));
}

// Whoever loads the page again has sent nothing again.
const url = new URL(location.href);
if (url.searchParams.has("notice")) {
  url.searchParams.delete("notice");
  history.replaceState(history.state, "", url);
}
hold();
