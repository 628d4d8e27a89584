// The page's link to the hub: the event stream, whether it lives, and what the
// page says where it does not. Three beats that are missing are a lost hub. It
// holds no words: they stand in the page.

import { now, setClock, wallClock } from "./clock.js";

const SILENCE_MS = 9_000; // beats come every 3 s
const BAND_AFTER_MS = 3_000; // a short hiccup is no news
const RETRY_MS = 3_000;

const byId = (id) => document.getElementById(id);
const put = (element, text) => element && element.textContent !== text && (element.textContent = text);

export class Link {
  #stream;
  #heard = Date.now();
  #lost = 0; // since when, on this machine's clock; 0 while connected
  #attempt = 0;
  #state = "connecting";
  #address;
  #on;
  #silence;

  // on has ready and changed, for what the stream says, lost and back, for the
  // band's coming and going, and look, which asks for the page itself. Without
  // an address the page has no stream, and lives by what it asks for every so
  // many milliseconds. silence is how long the hub may say nothing, where that is
  // not three beats of 3 s.
  constructor(address, on) {
    this.#address = address;
    this.#on = on;
    this.#silence = on.silence ?? SILENCE_MS;
    addEventListener("pagehide", () => this.#stream?.close());
    addEventListener("pageshow", (e) => e.persisted && this.connect());
  }

  connect() {
    this.#stream?.close();
    this.#say("connecting");
    if (!this.#address) return;
    const stream = new EventSource(this.#address);
    this.#stream = stream;
    stream.addEventListener("ready", (e) => {
      setClock(JSON.parse(e.data).now);
      this.hear();
      this.#found();
      this.#on.ready();
    });
    ["incident", "notice"].forEach((name) => stream.addEventListener(name, () => {
      this.hear();
      this.#on.changed();
    }));
    stream.addEventListener("reset", () => this.hear());
    stream.addEventListener("beat", (e) => {
      setClock(JSON.parse(e.data).now);
      this.hear();
    });
    stream.onerror = () => this.lose();
  }

  close() {
    this.#stream?.close();
  }

  hear() {
    this.#heard = Date.now();
  }

  // fetched says that the hub has answered for the page.
  fetched() {
    if (!this.#address) this.hear();
    const open = !this.#address || this.#stream.readyState === EventSource.OPEN;
    if (open && Date.now() - this.#heard < this.#silence) this.#found();
  }

  lose() {
    if (!this.#lost) this.#on.lost();
    this.#lost ||= Math.max(this.#heard, 1);
    this.#say("lost");
  }

  // again says the state anew where the line was drawn anew.
  again() {
    this.#say(this.#state);
  }

  supervise() {
    const t = Date.now();
    const patience = this.#address ? this.#silence : Math.max(this.#silence, 2.5 * this.#on.every);
    if (!this.#lost && t - this.#heard > patience) this.lose();
    if (!this.#lost) return;
    if (t - this.#lost > BAND_AFTER_MS) this.#show();
    const closed = this.#stream?.readyState === EventSource.CLOSED;
    if (t - this.#attempt > RETRY_MS && (closed || t - this.#heard > this.#silence)) {
      this.#attempt = t;
      this.connect();
      this.#say("lost");
      this.#on.look(); // it leads to the sign-in page where the session has ended
    }
  }

  #show() {
    const line = document.querySelector("#lost strong");
    put(line, line.dataset.words.replace("{time}", wallClock(this.#since)));
    byId("lost").hidden = false;
  }

  get #since() {
    return this.#lost - Date.now() + now();
  }

  #found() {
    const away = this.#lost && !byId("lost").hidden ? this.#since : 0;
    this.#lost = 0;
    byId("lost").hidden = true;
    this.#say("connected");
    if (away) this.#on.back(away, now());
  }

  #say(state) {
    this.#state = state;
    const line = byId("link");
    if (!line) return;
    line.className = `top-link ${state}`;
    put(line, line.dataset[state]);
  }
}
