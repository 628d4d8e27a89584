// What a page missed while it had no hub: it says from when to when it was away,
// and marks what came or changed meanwhile, until a person has read it. It holds
// no words: they stand in the page.

import { wallClock } from "./clock.js";

const CATCH_UP_MS = 10_000;

const numbers = () => new Map([...document.querySelectorAll("[data-incident][data-number]")].map((e) => [e.dataset.incident, Number(e.dataset.number)]));

export class Away {
  #band = document.getElementById("away");
  #before; // what stood on the page when the hub was lost
  #from = 0;
  #to = 0;
  #came = new Set();

  constructor() {
    this.#band.querySelector("button").addEventListener("click", () => this.#read());
  }

  begin() {
    this.#to = 0;
    this.#before ??= numbers();
  }

  end(from, to) {
    this.#from ||= from;
    this.#to = to;
    const before = this.#before;
    setTimeout(() => this.#before === before && (this.#before = undefined), CATCH_UP_MS);
  }

  // settle follows every drawing of the page: those soon after the return tell
  // what came. The very first may still be an answer of before.
  settle() {
    if (this.#to && this.#before) {
      numbers().forEach((n, id) => (this.#before.get(id) ?? -1) < n && this.#came.add(id));
      this.#say();
    }
    document.querySelectorAll("[data-incident]").forEach((e) => {
      if (this.#came.has(e.dataset.incident)) e.dataset.came = this.#band.dataset.markWord;
    });
  }

  #say() {
    const words = this.#came.size ? this.#band.dataset.some : this.#band.dataset.none;
    this.#band.querySelector("span").textContent = words
      .replace("{from}", wallClock(this.#from)).replace("{to}", wallClock(this.#to)).replace("{n}", this.#came.size);
    this.#band.hidden = false;
  }

  #read() {
    this.#band.hidden = true;
    this.#from = this.#to = 0;
    this.#before = undefined;
    this.#came.clear();
    document.querySelectorAll("[data-came]").forEach((e) => delete e.dataset.came);
  }
}
