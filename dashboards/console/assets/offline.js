// The page that a browser shows where there is no hub. It says since when, looks for
// the hub, and goes back to what was asked for as soon as it is there. It knows
// nothing of incidents, and holds no words: they stand in the page.

const KEY = "campushub-heard";
const EVERY_MS = 3_000;
const ANSWER_MS = 5_000;

const line = document.getElementById("since");

function last() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
const heard = last();

const two = (n) => String(n).padStart(2, "0");

// moment is a time of today, or of the day that it was.
function moment(ms, now, timeZone) {
  const day = (t) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(t);
  const time = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
  return day(ms) === day(now) ? time : `${day(ms)} ${time}`;
}

function say() {
  if (!heard) return;
  const now = Date.now() + heard.ahead;
  const s = Math.max(0, Math.floor((now - heard.at) / 1000));
  const age = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  line.textContent = line.dataset.words.replace("{time}", moment(heard.at, now, heard.zone)).replace("{age}", age);
}

const there = async () => (await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) })).ok;

async function look() {
  if (await there().catch(() => false)) location.reload();
}

say();
setInterval(say, 1_000);
if (location.pathname !== "/offline") { // there it is a page like any other
  setInterval(look, EVERY_MS);
  addEventListener("online", look);
}
document.getElementById("retry").addEventListener("click", () => location.reload());
