// How a page follows the event stream: through the worker that all tabs of the
// browser share, or, where there is none (Chrome on Android), by an EventSource of
// its own. Either tells what it hears by hear(name, data, quiet): quiet is for how
// many milliseconds the hub had said nothing when it was told.

const ANSWER_MS = 3_000; // a worker that says nothing for so long is not there

// follow begins to follow. Where the stream before it was a shared one whose worker
// never answered, the page takes one of its own.
export function follow(address, more, hear, before) {
  if (typeof SharedWorker !== "function" || before?.dead) return new Own(address, hear);
  try {
    return new Shared(address, more, hear);
  } catch {
    return new Own(address, hear); // a browser that forbids it
  }
}

class Own {
  shared = false;
  hushed = false;
  dead = false;
  #source;

  constructor(address, hear) {
    this.#source = new EventSource(address);
    for (const name of ["ready", "beat", "reset", "incident", "notice"]) {
      this.#source.addEventListener(name, (e) => hear(name, e.data, 0));
    }
    this.#source.onerror = () => hear("error");
  }

  get state() {
    return this.#source.readyState;
  }

  answer() {}

  close() {
    this.#source.close();
  }
}

class Shared {
  shared = true;
  hushed = false; // another tab sounds
  state = EventSource.CONNECTING;
  #port;
  #since = Date.now();
  #answered = false;
  #failed = false;
  #how;

  // more has account, whose stream it is, silence, for how many milliseconds it may
  // say nothing, fresh, where the page has not lost it before, and how, which tells
  // whether the page is hidden and what its sound is worth.
  constructor(address, { account, silence, fresh, how }, hear) {
    const worker = new SharedWorker(new URL("streams.js", import.meta.url), { name: `${account} ${address}` });
    this.#how = how;
    this.#port = worker.port;
    worker.onerror = () => {
      this.#failed = true;
      this.state = EventSource.CLOSED;
      hear("error");
    };
    this.#port.onmessage = ({ data: { name, data, state, quiet, hushed } }) => {
      this.#answered = true;
      this.state = state;
      this.hushed = hushed;
      if (name === "ask") this.answer();
      hear(name, data, quiet);
    };
    this.#port.postMessage({ join: address, silence, fresh, ...how() });
  }

  get dead() {
    return this.#failed || (!this.#answered && Date.now() - this.#since > ANSWER_MS);
  }

  answer() {
    this.#port.postMessage(this.#how());
  }

  close() {
    this.#port.onmessage = null;
    this.#port.postMessage({ bye: true });
    this.#port.close();
    this.state = EventSource.CLOSED;
    this.hushed = false;
  }
}
