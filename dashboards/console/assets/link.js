// The page's link to the hub: the event stream, whether it lives, and what the
// page says where it does not. Three beats that are missing are a lost hub. It
// holds no words: they stand in the page.

import { now, setClock, wallClock } from "./clock.js";
import { heard } from "./heard.js";
import { follow } from "./stream.js";

const SILENCE_MS = 9_000; // beats come every 3 s
const BAND_AFTER_MS = 3_000; // a short hiccup is no news
const RETRY_MS = 3_000;

const byId = (id) => document.getElementById(id);
const put = (element, text) => element && element.textContent !== text && (element.textContent = text);

// accountOf is whose page it is; undefined where a page does not say it.
const accountOf = (page) => page.getElementById("link")?.dataset.account;

export class Link {
  #stream;
  #heard = Date.now();
  #lost = 0; // since when, on this machine's clock; 0 while connected
  #attempt = 0;
  #state = "connecting";
  #address;
  #account;
  #on;
  #silence;

  // on has ready and changed, for what the stream says, lost and back, for the
  // band's coming and going, and look, which asks for the page itself. Without
  // an address the page has no stream, and lives by what it asks for every so
  // many milliseconds. silence is how long the hub may say nothing, where that is
  // not three beats of 3 s. sounds tells what the page's sound is worth: 0 where it
  // has none or is off, 2 on a board, which has all that sounds, else 1.
  constructor(address, on) {
    this.#address = address;
    this.#account = accountOf(document);
    this.#on = on;
    this.#silence = on.silence ?? SILENCE_MS;
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (e) => e.persisted && this.connect());
    document.addEventListener("visibilitychange", () => this.#stream?.answer());
  }

  connect(fresh = true) {
    this.#stream?.close();
    this.#say("connecting");
    if (!this.#address) return;
    const how = () => ({ hidden: document.visibilityState !== "visible", sounds: this.#on.sounds?.() ?? 0 });
    const more = { account: this.#account, silence: this.#silence, fresh, how };
    this.#stream = follow(this.#address, more, (name, data, quiet) => this.#take(name, data, quiet), this.#stream);
  }

  #take(name, data, quiet) {
    switch (name) {
      case "ready":
        setClock(JSON.parse(data).now);
        this.hear(quiet);
        this.#found();
        this.#on.ready();
        break;
      case "incident":
      case "notice":
        this.hear(quiet);
        this.#on.changed(data);
        break;
      case "beat":
        setClock(JSON.parse(data).now);
        this.hear(quiet);
        break;
      case "reset":
        this.hear(quiet);
        break;
      case "ask":
        this.supervise();
        this.#on.asked?.();
        break;
      case "error":
        this.lose();
    }
  }

  // shared reports whether the stream is that of all tabs: it costs nobody a
  // connection, and a page that is hidden keeps it.
  get shared() {
    return !!this.#stream?.shared;
  }

  // hushed reports whether another tab of the browser sounds for those that nobody
  // sees.
  get hushed() {
    return !!this.#stream?.hushed;
  }

  close() {
    this.#stream?.close();
  }

  // hear notes that the hub has said something, that many milliseconds ago.
  hear(quiet = 0) {
    this.#heard = Date.now() - quiet;
    heard(now() - quiet, now() - Date.now());
  }

  // fetched says that the hub has answered for the page.
  fetched() {
    if (!this.#address) this.hear();
    const open = !this.#address || this.#stream.state === EventSource.OPEN;
    if (open && Date.now() - this.#heard < this.#silence) this.#found();
  }

  lose() {
    if (!this.#lost) this.#on.lost();
    this.#lost ||= Math.max(this.#heard, 1);
    this.#say("lost");
  }

  // again says the state anew where the line was drawn anew. A page that the hub
  // gave to another account follows that one's stream.
  again(page = document) {
    const account = accountOf(page) ?? this.#account;
    const other = account !== this.#account;
    this.#account = account;
    if (other) this.connect();
    else this.#say(this.#state);
  }

  supervise() {
    const t = Date.now();
    const patience = this.#address ? this.#silence : Math.max(this.#silence, 2.5 * this.#on.every);
    if (!this.#lost && t - this.#heard > patience) this.lose();
    if (!this.#lost) return;
    if (t - this.#lost > BAND_AFTER_MS) this.#show();
    const closed = this.#stream?.state === EventSource.CLOSED;
    if (t - this.#attempt > RETRY_MS && (closed || t - this.#heard > this.#silence)) {
      this.#attempt = t;
      this.connect(false);
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
