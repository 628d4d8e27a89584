// The shared worker that holds a browser's one event stream: over plain HTTP a
// browser has six connections to a hub, and a stream for each tab would leave none
// to sign for an alarm. There is one worker for each account and address: its name
// says which. It passes on what the stream says to the tabs and keeps nothing of it
// but the hub's clock. It holds no words.

const RETRY_MS = 2_800; // a little less than a page's own 3 s: pages retry at different moments
const ASK_MS = 3_000; // how often the tabs are asked whether they are there
const AWAY_MS = 7_000; // who has not answered for that long leads nobody
const FORGET_MS = 30_000; // who has not answered for that long has crashed, or is frozen
const WAIT_MS = 1_000; // how long a tab that nobody sees waits with what changed
const EACH_MS = 100; // and how much longer than the one before it

const CHANGES = ["incident", "notice"];

let source; // the EventSource; undefined while nobody follows
let opened = 0;
let heard = 0;
let offset; // of the hub's clock; undefined until the stream has said ready
let last = 0; // the number that ready had

const tabs = new Map(); // port → {answered, hidden, sounds, late}

addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = ({ data }) => take(port, data);
});

function take(port, said) {
  if (said.bye) return forget(port);
  if (said.join) tabs.set(port, { late: 0 });
  const tab = tabs.get(port);
  if (!tab) return;
  Object.assign(tab, { answered: Date.now(), hidden: said.hidden, sounds: said.sounds });
  if (!tab.hidden) hurry(port, tab);
  if (said.join) join(port, said);
}

// join lets a tab in: it is told at once how the stream stands. A tab that joins
// again has lost it, and where that is so it is opened anew, once for them all.
function join(port, { join: address, silence, fresh }) {
  const t = Date.now();
  const closed = source?.readyState === EventSource.CLOSED;
  const silent = t - heard > silence;
  if (!source || (closed && fresh) || ((closed || silent) && t - opened > RETRY_MS)) open(address);
  if (source.readyState === EventSource.OPEN && offset !== undefined) {
    tell(port, "ready", JSON.stringify({ now: new Date(t + offset).toISOString(), last }));
  } else {
    tell(port, source.readyState === EventSource.CLOSED ? "error" : "joined");
  }
}

function open(address) {
  if (!source) heard = Date.now();
  source?.close();
  opened = Date.now();
  offset = undefined;
  source = new EventSource(address);
  for (const name of ["ready", "beat", "reset", ...CHANGES]) {
    source.addEventListener(name, ({ data }) => {
      heard = Date.now();
      if (name === "ready" || name === "beat") clock(JSON.parse(data));
      pass(name, data);
    });
  }
  source.onopen = () => pass("open");
  source.onerror = () => pass("error");
}

function clock(said) {
  offset = Date.parse(said.now) - Date.now();
  last = said.last ?? last;
}

function tell(port, name, data) {
  port.postMessage({ name, data, state: source.readyState, quiet: Date.now() - heard, hushed: hushed(port) });
}

// pass tells every tab. Of what changed those that somebody sees learn at once,
// and one that sounds, seen or not; the others ask the hub one after the other.
function pass(name, data) {
  const first = CHANGES.includes(name) ? leader() : undefined;
  let waiting = 0;
  for (const [port, tab] of tabs) {
    if (!CHANGES.includes(name) || port === first || !tab.hidden) {
      tell(port, name, data);
    } else {
      tab.late ||= setTimeout(() => hurry(port, tab), WAIT_MS + EACH_MS * waiting);
      waiting++;
    }
  }
}

// hurry tells a tab what it waited with; which change it was is the same to it.
function hurry(port, tab) {
  if (!tab.late) return;
  clearTimeout(tab.late);
  tab.late = 0;
  if (source) tell(port, "incident");
}

// leader is the tab whose sound tells the most: a board's before that of another
// page, one that is seen before one that is not.
function leader() {
  const t = Date.now();
  const worth = ({ sounds, hidden, answered }) => (t - answered > AWAY_MS ? -1 : 2 * sounds + !hidden);
  let best;
  for (const [port, tab] of tabs) {
    if (!best || worth(tab) > worth(tabs.get(best))) best = port;
  }
  return best;
}

// hushed reports whether the leader sounds for a tab.
function hushed(port) {
  const first = leader();
  const { sounds, answered } = tabs.get(first) ?? {};
  return first !== port && sounds > 0 && Date.now() - answered <= AWAY_MS;
}

function forget(port) {
  clearTimeout(tabs.get(port)?.late);
  tabs.delete(port);
  port.close();
  if (tabs.size) return ask();
  source?.close();
  source = undefined;
}

// ask has the tabs say that they are there. Hidden ones have slow timers: to be
// asked sets them going, and whoever leads now learns it.
function ask() {
  for (const port of tabs.keys()) tell(port, "ask");
}

setInterval(() => {
  for (const [port, tab] of tabs) {
    if (Date.now() - tab.answered > FORGET_MS) forget(port);
  }
  ask();
}, ASK_MS);
