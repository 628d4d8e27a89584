// The clocks of a page. They run on the hub's time: a wall's own clock may be
// wrong.

let offset = Date.parse(document.body.dataset.now) - Date.now();

export const now = () => Date.now() + offset;

export function setClock(hubTime) {
  offset = Date.parse(hubTime) - Date.now();
}

const two = (n) => String(n).padStart(2, "0");

function elapsed(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(s / 86_400);
  const text = `${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return days ? `${document.body.dataset.days.replace("{n}", days)} ${text}` : text;
}

function left(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export const wallClock = (ms) => new Intl.DateTimeFormat("en-GB", {
  timeZone: document.body.dataset.zone, hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit",
}).format(ms);

// tick sets every clock; it reports whether a countdown has just run out.
export function tick() {
  const t = now();
  let due = false;
  const each = (name, text) => document.querySelectorAll(`[data-${name}]`).forEach((e) => {
    const s = text(e.dataset[name]);
    if (e.textContent !== s) e.textContent = s;
  });
  each("since", (since) => elapsed(t - Date.parse(since)));
  each("until", (until) => {
    const rest = Date.parse(until) - t;
    due ||= rest < 0 && rest > -2_000;
    return left(rest);
  });
  each("wall", () => wallClock(t));
  return due;
}
