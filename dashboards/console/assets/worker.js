// The service worker of the console. It has a page for when there is no hub, and it
// shows web push: the text that the hub sends, which is final; it tells the hub that
// it arrived, and that a person opened it. Of the hub's own pages it keeps nothing,
// and it holds no words.

const settings = new URL(self.location).searchParams;
const RETRY_MS = [0, 1_000, 4_000];

const DAY_MS = 24 * 3_600_000;

// ---- where there is no hub ----------------------------------------------------

const KEPT = `offline${self.location.search}`; // of one release, language and reader
const NO_HUB = [502, 504]; // a proxy's word for it

addEventListener("install", (e) => {
  skipWaiting();
  route(e);
  e.waitUntil(keep());
});

// route lets what a page asks for go to the hub without waking this script.
function route(e) {
  if (!e.addRoutes) return;
  const direct = ["cors", "same-origin", "no-cors"].map((requestMode) => ({ condition: { requestMode }, source: "network" }));
  e.waitUntil(e.addRoutes([{ condition: { urlPattern: new URLPattern({ pathname: "/assets/*" }) }, source: "fetch-event" }, ...direct]).catch(() => {}));
}

// keep takes the page, and what it is drawn with.
async function keep() {
  const answer = await fetch(`/offline${self.location.search}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const drawn = (await answer.clone().text()).match(/\/assets\/[0-9a-f]+\/[\w.-]+/g);
  const cache = await caches.open(KEPT);
  await cache.addAll([...new Set(drawn)]);
  await cache.put("/offline", answer);
}

addEventListener("activate", (e) => {
  e.waitUntil(Promise.all([
    caches.keys().then((all) => Promise.all(all.filter((name) => name !== KEPT).map((name) => caches.delete(name)))),
    registration.navigationPreload?.enable(),
    clients.claim(),
  ]));
});

addEventListener("fetch", (e) => {
  const { pathname, origin } = new URL(e.request.url);
  if (e.request.mode === "navigate" && e.request.method === "GET") e.respondWith(page(e));
  else if (origin === location.origin && pathname.startsWith("/assets/")) e.respondWith(kept(e.request).then((answer) => answer ?? fetch(e.request)));
});

const kept = (request) => caches.match(request, { ignoreVary: true });

async function page(e) {
  try {
    const answer = (await e.preloadResponse) ?? (await fetch(e.request));
    if (!NO_HUB.includes(answer.status)) return answer;
  } catch {
    // nobody answers
  }
  return (await kept("/offline")) ?? Response.error();
}

// ---- web push -------------------------------------------------------------------

addEventListener("push", (e) => {
  const said = e.data.json();
  e.waitUntil(said.incident ? told(said) : noticed(said.text));
});

// A notice to parents is its text and nothing else. What stands in brackets at
// its head names the school, and marks a drill; numbers begin anew each day.
async function noticed(text) {
  const row = rowOf(text);
  for (const old of await registration.getNotifications()) {
    if (old.data.row === row.row && (old.data.number < row.number || Date.now() - old.data.at > DAY_MS)) old.close();
  }
  await registration.showNotification(settings.get("title"), { ...worded(text), tag: text.zh || text.en, renotify: true, requireInteraction: true, data: row });
}

function rowOf(text) {
  const said = text.zh || text.en;
  return {
    row: /^(?:【[^】]*】|\[[^\]]*\]\s*)*/.exec(said)[0],
    number: Number(/第(\d+)号|No\. (\d+)/.exec(said)?.slice(1).find(Boolean) ?? 0), at: Date.now(),
  };
}

async function told(said) {
  // A push that was overtaken shows the newer news once more.
  const shown = await registration.getNotifications({ tag: said.incident });
  const news = shown.map((n) => n.data).find((d) => d.number > said.number) ?? said;
  await Promise.all([show(news), confirm(said, "received")]);
}

function show(news) {
  return registration.showNotification(settings.get("title"), {
    ...worded(news.text),
    tag: news.incident, // one for each incident, the newest news of it
    renotify: !news.silent,
    silent: news.silent,
    requireInteraction: true,
    data: news,
  });
}

function worded(text) {
  const chinese = settings.get("lang") === "zh";
  return { body: (chinese ? text.zh : text.en) || text.zh || text.en, lang: chinese ? "zh-Hans" : "en" };
}

addEventListener("notificationclick", (e) => {
  const news = e.notification.data;
  e.notification.close();
  if (!news.incident) {
    e.waitUntil(clients.openWindow("/"));
    return;
  }
  e.waitUntil(Promise.all([
    clients.openWindow(`/?selected=${encodeURIComponent(news.incident)}`),
    confirm(news, "read"),
  ]));
});

// confirm calls the hub back. What it answers is its last word, unless it could
// not take anything now.
async function confirm({ gateway, incident, delivery, token }, status) {
  for (const pause of RETRY_MS) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      const answer = await fetch(`/push/receipts/${encodeURIComponent(gateway)}`, {
        method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ incident, delivery, token, status }),
      });
      if (answer.status < 500) return;
    } catch {
      // tried again
    }
  }
}
