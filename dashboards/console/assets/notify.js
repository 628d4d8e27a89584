// The one control of web push: off until a person switches it on, for this
// browser and whoever is signed in. Browsers allow it in a secure context
// alone, and the page says so. It holds no words: they stand in the page.

const FORMER = "/push/"; // what a worker of web push alone was registered for
const ACCOUNT = "campushub-notified"; // whose notifications this browser gets
const ANSWER_MS = 5_000;

const line = document.getElementById("notify");
const button = line.querySelector("button");
const words = line.dataset;
const routes = "/api/v1/push/subscriptions";

function say(word, action) {
  line.hidden = false;
  line.dataset.state = word;
  line.querySelector("span").textContent = words[word];
  button.hidden = !action;
  button.textContent = action ? words[action] : "";
  button.onclick = action === "start" ? start : end;
}

function ask(method, body) {
  return fetch(routes, {
    method, credentials: "same-origin", keepalive: true, signal: AbortSignal.timeout(ANSWER_MS),
    headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
}

// present is this browser's subscription, if it is the reader's own.
async function present() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const subscription = await registration?.pushManager.getSubscription();
  return localStorage.getItem(ACCOUNT) === words.account ? subscription : null;
}

function keyBytes() {
  const raw = atob(words.key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

// keep gives the hub the subscription; it may have let it go.
async function keep(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const answer = await ask("POST", { endpoint, keys: { auth: keys.auth, p256dh: keys.p256dh } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  localStorage.setItem(ACCOUNT, words.account);
  say("on", "end");
}

async function subscribe() {
  const registration = await navigator.serviceWorker.ready; // app.js has registered it
  const old = await registration.pushManager.getSubscription();
  await old?.unsubscribe(); // it may be of another key, or another account's
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes() });
}

// moved takes a subscription over from the worker that was there for web push alone.
async function moved() {
  const all = await navigator.serviceWorker.getRegistrations();
  const former = all.find((r) => new URL(r.scope).pathname === FORMER);
  if (!former) return;
  const mine = localStorage.getItem(ACCOUNT) === words.account && (await former.pushManager.getSubscription());
  if (mine) await keep(await subscribe());
  await former.unregister();
}

async function start() {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      look();
      return;
    }
    await keep(await subscribe());
  } catch {
    say("failed", "start");
  } finally {
    button.disabled = false;
  }
}

// end tells the hub first: what it still sends would be shown.
async function end() {
  const subscription = await present().catch(() => null);
  localStorage.removeItem(ACCOUNT);
  if (subscription) {
    await ask("DELETE", { endpoint: subscription.endpoint }).catch(() => {});
    await subscription.unsubscribe().catch(() => {}); // the push service then refuses the hub
  }
  look();
}

async function look() {
  if (!isSecureContext) return say("insecure");
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return say("unsupported");
  if (Notification.permission === "denied") return say("denied");
  try {
    await moved();
    const subscription = await present();
    if (!subscription) return say("off", "start");
    await keep(subscription);
  } catch {
    say("failed", "start");
  }
}

// Whoever signs out leaves no notifications behind for the next reader.
document.addEventListener("submit", async (e) => {
  if (e.target.getAttribute("action") !== "/sign-out" || !isSecureContext) return;
  e.preventDefault();
  await end().catch(() => {});
  e.target.submit();
});

look();
