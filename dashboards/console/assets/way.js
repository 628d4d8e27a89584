// The head line of every page: when the way to the police was last proven. It
// counts the age up, and asks the hub for the next proof by itself, so that a
// page which hears nothing for three minutes says so. It holds no words: they
// stand in the line.

import { now, wallClock } from "./clock.js";

const UNPROVEN_MS = 180_000;
const ASK_MS = 15_000;

const line = () => document.querySelector("#way[data-way]");

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function count() {
  const way = line();
  const proof = way?.dataset.way;
  if (!proof) return;
  const age = Math.max(0, now() - Date.parse(proof));
  const good = age < UNPROVEN_MS;
  way.classList.toggle("proven", good);
  put(way.querySelector(".sign"), good ? "●" : "○");
  put(way.querySelector(".way-text"), good ? way.dataset.proven.replace("{age}", ageText(way, age)) : way.dataset.lost);
}

function ageText(way, age) {
  const seconds = Math.floor(age / 1000);
  return seconds < 60 ? way.dataset.seconds.replace("{n}", seconds) : way.dataset.minutes.replace("{n}", Math.floor(seconds / 60));
}

// ask looks for a newer proof of the school that the line speaks of. What it
// cannot learn is no proof: the age goes on growing. Where anything else has
// changed, the hub says the line anew.
let said = "";
async function ask() {
  if (!line()) return;
  try {
    const answer = await fetch("/api/v1/path-checks", { credentials: "same-origin" });
    if (!answer.ok) return;
    const { schools } = await answer.json();
    shown(schools);
    const changed = JSON.stringify(schools.map((s) => [s.school, s.state, s.missing, s.coverage.enough]));
    if (changed !== said) await renew();
    said = changed;
    const way = line();
    const school = schools.find((s) => s.school === way.dataset.school);
    if (school?.proven_at && school.proven_at !== way.dataset.way) prove(way, school);
    count();
  } catch {
    // the stream's own band says that the hub is away
  }
}

// shown tells the hub, from a page of the police that somebody can see, which
// check it shows: where the police have no terminal that proves the way.
const told = new Set();
function shown(schools) {
  if (document.visibilityState !== "visible" || !line()?.dataset.shows) return;
  for (const check of schools.map((s) => s.last?.id).filter((id) => id && !told.has(id))) {
    if (told.size > 100) told.clear();
    told.add(check);
    fetch(`/api/v1/path-checks/${encodeURIComponent(check)}/shown`, { method: "POST", credentials: "same-origin" }).catch(() => told.delete(check));
  }
}

// renew puts the line in place as the hub renders it now.
async function renew() {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("way");
  if (answer.ok && fresh) document.getElementById("way").replaceWith(fresh);
}

function prove(way, school) {
  way.dataset.way = school.proven_at;
  way.dataset.proven = way.dataset.proven.replace(/\d+(?=\D*$)/, Math.max(1, Math.round(school.took_ms)));
  way.dataset.lost = way.dataset.lost.replace(/\d\d:\d\d:\d\d/, wallClock(Date.parse(school.proven_at)));
}

setInterval(count, 1_000);
setInterval(ask, ASK_MS);
count();
