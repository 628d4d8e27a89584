// What makes the console an application of its own: the service worker, which has a
// page for when there is no hub, and a note of when the hub was last there.

import { now } from "./clock.js";
import { heard } from "./heard.js";

const { worker } = document.getElementById("app").dataset;

if (document.body.dataset.now) heard(now(), now() - Date.now());
else heard(Date.now(), 0);

if (isSecureContext && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker).catch(() => {}); // the page works without it
}
