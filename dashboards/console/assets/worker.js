// The service worker of web push. It shows the text that the hub sends, which is
// final, and tells the hub that it arrived, and that a person opened it. It
// keeps nothing and holds no words.

const settings = new URL(self.location).searchParams;
const RETRY_MS = [0, 1_000, 4_000];

addEventListener("push", (e) => e.waitUntil(told(e.data.json())));

async function told(said) {
  // A push that was overtaken shows the newer news once more.
  const shown = await registration.getNotifications({ tag: said.incident });
  const news = shown.map((n) => n.data).find((d) => d.number > said.number) ?? said;
  await Promise.all([show(news), confirm(said, "received")]);
}

function show(news) {
  const chinese = settings.get("lang") === "zh";
  return registration.showNotification(settings.get("title"), {
    body: (chinese ? news.text.zh : news.text.en) || news.text.zh || news.text.en,
    lang: chinese ? "zh-Hans" : "en",
    tag: news.incident, // one for each incident, the newest news of it
    renotify: !news.silent,
    silent: news.silent,
    requireInteraction: true,
    data: news,
  });
}

addEventListener("notificationclick", (e) => {
  const news = e.notification.data;
  e.notification.close();
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
