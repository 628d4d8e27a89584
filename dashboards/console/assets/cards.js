// How the cards of a board come, change and go. What a card says changes at once and
// in place. Cards come, go and change their group while no hand is at work on the
// board, or after a few seconds all the same; meanwhile a new one is named in its
// group's heading. One that is out of sight is named at the foot of the screen, and
// a tap there leads to it.

import { morph } from "./morph.js";

const HELD_MS = 4_000; // how long a hand may keep news waiting
const HAND_MS = 2_000; // a hand that has touched the page is still at work
const SHIELD_MS = 600; // clicks that follow a change were meant for what stood there
const NAMED = 3; // at the foot of the screen

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 44rem)");
const thumb = matchMedia("(pointer: coarse)");

export class Cards {
  #groups;
  #refresh;
  #news = document.getElementById("news");
  #down = false; // a finger is on the page
  #mouse = !thumb.matches; // after a tap :hover says nothing
  #touched = 0; // when a hand last did something on the page
  #waits = 0; // since when something waits for the hand to go
  #shield = 0;
  #timer;
  #unseen = new Map(); // new cards that have not been on the screen, by id

  constructor(groups, refresh) {
    this.#groups = groups;
    this.#refresh = refresh;
    groups.addEventListener("pointerleave", () => this.#waits && this.#refresh());
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) {
      document.addEventListener(name, () => (this.#down = name === "pointerdown"), { capture: true, passive: true });
    }
    document.addEventListener("pointerover", (e) => (this.#mouse = e.pointerType === "mouse"), { capture: true, passive: true });
    for (const name of ["pointerdown", "touchmove", "wheel"]) {
      document.addEventListener(name, () => (this.#touched = Date.now()), { capture: true, passive: true });
    }
    this.#news.addEventListener("click", (e) => this.#lead(e));
  }

  // shielded reports whether a click was meant for what stood there before.
  get shielded() {
    return Date.now() < this.#shield;
  }

  get #over() {
    return this.#down || (this.#mouse && this.#groups.matches(":hover"));
  }

  get #hand() {
    return this.#over || Date.now() - this.#touched < HAND_MS;
  }

  // still reports whether a hand is at work, and has not had its time.
  get still() {
    return this.#hand && !(this.#waits && Date.now() - this.#waits >= HELD_MS);
  }

  // dense reports whether the board shows short cards now.
  get dense() {
    return isDense(this.#groups);
  }

  // put changes the board into next.
  put(next) {
    const fresh = new Map(all(".card", next).map((c) => [c.id, c]));
    const { still } = this;
    let waits = still && isDense(next) !== this.dense;
    for (const group of all(".group", this.#groups)) {
      const want = next.querySelector(`[data-group="${group.dataset.group}"]`);
      const cards = group.querySelector(".cards");
      morph(group.querySelector(".size"), want.querySelector(".size"));
      all(".card", cards).forEach((c) => (fresh.has(c.id) ? morph(c, fresh.get(c.id)) : c.classList.add("leaving")));
      const missing = all(".card", want).filter((c) => !document.getElementById(c.id));
      missing.forEach((c) => this.#unseen.set(c.id, c));
      const reserved = !cards.children.length && !narrow.matches;
      if (still && !(reserved && missing.length)) {
        waits ||= missing.length > 0 || !!cards.querySelector(".leaving");
        this.#announce(group, missing);
        continue;
      }
      arrange(cards, still ? missing : all(".card", want));
      this.#announce(group, []);
      group.className = want.className;
    }
    if (!still) this.#settle(next, fresh);
    this.#wait(waits);
    for (const id of this.#unseen.keys()) if (!fresh.has(id)) this.#unseen.delete(id);
  }

  #settle(next, fresh) {
    this.#groups.parentElement.classList.toggle("dense", isDense(next));
    all(".card", this.#groups).filter((c) => !fresh.has(c.id)).forEach((c) => c.remove());
    if (this.#hand) this.#shield = Date.now() + SHIELD_MS;
  }

  // wait looks again when the hand may have gone, or has had its time.
  #wait(waits) {
    clearTimeout(this.#timer);
    this.#waits = waits ? this.#waits || Date.now() : 0;
    if (!waits) return;
    const at = this.#over ? this.#waits + HELD_MS : Math.min(this.#touched + HAND_MS, this.#waits + HELD_MS);
    this.#timer = setTimeout(this.#refresh, Math.max(50, at - Date.now() + 50));
  }

  #announce(group, waiting) {
    const line = group.querySelector(".waiting");
    const text = waiting.length ? `${line.dataset.word} ${waiting.length} · ${waiting.map((c) => c.querySelector(".where").textContent.trim()).join(" · ")}` : "";
    if (line.textContent !== text) line.textContent = text;
  }

  // ---- what is new and out of sight --------------------------------------------

  // saw notes that a card was on the screen.
  saw(card) {
    if (this.#unseen.delete(card.id)) this.name();
  }

  // name names what is new and out of sight at the foot of the screen.
  name() {
    const named = [...this.#unseen.values()].map((c) => document.getElementById(c.id) ?? c).filter((c) => !this.#shows(c));
    const links = named.slice(0, NAMED).map(lineOf);
    if (named.length > NAMED) links.at(-1)?.append(` · +${named.length - NAMED}`);
    if (links.map((l) => l.textContent).join("") === this.#news.textContent) return;
    this.#news.replaceChildren(...links);
  }

  // shows reports whether a card stands on a screen that somebody can see.
  #shows(card) {
    const r = card.ownerDocument === document && card.getBoundingClientRect();
    const on = r && document.visibilityState === "visible" && r.top >= 0 && r.top + r.height / 2 <= innerHeight;
    if (on) this.#unseen.delete(card.id);
    return on;
  }

  async #lead(e) {
    const line = e.target.closest("a");
    if (!line) return;
    e.preventDefault();
    if (this.#waits) this.#waits = 1; // the hand wants it now
    await this.#refresh();
    document.getElementById(line.dataset.card)?.scrollIntoView({ block: "center" });
    this.#shield = Date.now() + SHIELD_MS;
  }
}

const isDense = (groups) => groups.parentElement.classList.contains("dense");

// lineOf is a card as one line, in its own words.
function lineOf(card) {
  const line = document.createElement("a");
  const group = [...card.classList].find((c) => c.startsWith("g-"));
  line.className = `alarm ${group}`;
  line.href = `#${card.id}`;
  line.dataset.card = card.id;
  const text = (selector) => card.querySelector(selector).textContent.replace(/\s+/g, " ").trim();
  line.textContent = `${text(".severity")} · ${text(".where")} · ${text(".what")}`;
  return line;
}

function arrange(cards, wanted) {
  wanted.forEach((want, at) => {
    const card = document.getElementById(want.id) ?? document.importNode(want, true);
    if (cards.children[at] !== card) cards.insertBefore(card, cards.children[at] ?? null);
  });
}
