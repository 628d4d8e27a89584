// Sound plays the gravest of what waits, over and over, until nothing waits.
// Each severity sounds different and drills have a sound of their own. A
// browser allows sound after a click; until then a band says that it is off.

// Each pattern: seconds between repetitions, wave, and tones of
// [frequency in Hz, start in s, length in s].
const PATTERNS = {
  critical: { every: 1.2, wave: "square", tones: [[960, 0, 0.22], [720, 0.26, 0.22], [960, 0.52, 0.22], [720, 0.78, 0.22]] },
  high: { every: 3, wave: "triangle", tones: [[660, 0, 0.25], [660, 0.4, 0.25]] },
  reminder: { every: 8, wave: "triangle", tones: [[520, 0, 0.2], [660, 0.3, 0.2], [520, 0.6, 0.3]] }, // signed, and nothing followed
  late: { every: 0, wave: "triangle", tones: [[660, 0, 0.25], [520, 0.4, 0.35]] }, // held up on its way: once for each
  low: { every: 0, wave: "sine", tones: [[440, 0, 0.3]] }, // once for each
  drill: { every: 6, wave: "sine", tones: [[330, 0, 0.12], [392, 0.2, 0.12], [330, 0.4, 0.12]] },
};
const ORDER = ["critical", "high", "reminder", "drill", "late", "low"];
const VOLUME = 0.25;

export class Sound {
  #context;
  #band;
  #playing = "";
  #heard = { late: 0, low: 0 };
  #timer;

  constructor(band) {
    this.#band = band;
    this.#context = new AudioContext();
    this.#context.onstatechange = () => this.#show();
    band.querySelector("button").addEventListener("click", () => this.#unlock(true));
    for (const event of ["pointerdown", "keydown"]) {
      addEventListener(event, () => this.#unlock(false), { capture: true });
    }
    this.#show();
  }

  // on reports whether the browser allows sound by now.
  get on() {
    return this.#context.state === "running";
  }

  // play takes what waits: one word for each incident, "" where none sounds. Where
  // another tab sounds for this one it is hushed: it notes them and is silent.
  play(waiting, hushed = false) {
    const gravest = hushed ? "" : ORDER.find((o) => waiting.includes(o)) ?? "";
    for (const word of Object.keys(this.#heard)) {
      const count = waiting.filter((w) => w === word).length;
      if (gravest === word && count > this.#heard[word]) this.#once(PATTERNS[word]);
      this.#heard[word] = count;
    }
    if (gravest === this.#playing) return;
    this.#playing = gravest;
    clearInterval(this.#timer);
    const pattern = PATTERNS[gravest];
    if (!pattern?.every) return;
    this.#once(pattern);
    this.#timer = setInterval(() => this.#once(pattern), pattern.every * 1000);
  }

  #once({ wave, tones }) {
    if (this.#context.state !== "running") return;
    const start = this.#context.currentTime + 0.02;
    for (const [frequency, at, length] of tones) {
      const tone = new OscillatorNode(this.#context, { type: wave, frequency });
      const gain = new GainNode(this.#context, { gain: 0 });
      gain.gain.setValueAtTime(0, start + at);
      gain.gain.linearRampToValueAtTime(VOLUME, start + at + 0.015);
      gain.gain.setValueAtTime(VOLUME, start + at + length - 0.03);
      gain.gain.linearRampToValueAtTime(0, start + at + length);
      tone.connect(gain).connect(this.#context.destination);
      tone.start(start + at);
      tone.stop(start + at + length);
    }
  }

  async #unlock(audibly) {
    if (this.#context.state === "running") return;
    await this.#context.resume().catch(() => {});
    if (audibly) this.#once(PATTERNS.low); // one soft tone: it works
    this.#show();
  }

  #show() {
    this.#band.hidden = this.#context.state === "running";
  }
}
