// What an incident's own page does besides living by the stream: letters lead to
// its parts, links open the forms that they lead to, and a step that has just
// changed takes no press that was meant for what stood there.

const SHIELD_MS = 800;
const letters = {
  n: "#note-text", p: "#plan", l: "#ledger", t: "#timeline", r: "#reset", e: "#resolve", "?": "#keys",
};

const page = () => document.querySelector(".whole");

// ---- letters and links ------------------------------------------------------

// goTo opens a part of the page and puts the focus into it. It sends nothing.
function goTo(selector) {
  const part = document.querySelector(selector);
  if (!part) return false;
  const fold = part.closest("details");
  if (fold) fold.open = true;
  const field = part.matches("details") ? part.querySelector("input:not([type=hidden]), select") ?? part.querySelector("summary") : part;
  part.scrollIntoView({ block: "nearest" });
  field.focus();
  return true;
}

document.addEventListener("keydown", (e) => {
  if (!page() || e.repeat || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select")) return;
  const selector = letters[e.key.toLowerCase()];
  if (selector && goTo(selector)) e.preventDefault();
});

document.addEventListener("click", (e) => {
  const link = page() && e.target.closest?.(".whole a[data-opens]");
  if (link && goTo(link.getAttribute("href"))) e.preventDefault();
  if (e.target.closest?.("[data-print]")) print();
});

document.querySelectorAll("[data-script]").forEach((e) => (e.hidden = false));

// ---- a step that has changed ------------------------------------------------

let step;
let shield = 0;

// guard notes when the step of the page has become another one.
export function guard() {
  const place = document.querySelector(".whole .take-place");
  if (!place) return;
  const now = [...place.querySelectorAll("button, a")].map((e) => `${e.form?.getAttribute("action")} ${e.name} ${e.value} ${e.getAttribute("href")}`).join();
  if (step !== undefined && step !== now) shield = Date.now() + SHIELD_MS;
  step = now;
}

export const shielded = (target) => Date.now() < shield && !!target.closest?.(".whole .take-place");

document.addEventListener("click", (e) => {
  if (!e.isTrusted || !shielded(e.target)) return;
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);
