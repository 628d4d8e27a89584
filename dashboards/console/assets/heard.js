// When this browser last heard from the hub, by the hub's clock. The page that is
// shown where there is no hub says since when.

const KEY = "campushub-heard";
const EVERY_MS = 1_000;

let kept = 0;

// heard notes that the hub spoke at that time; ahead is how far its clock is ahead of
// this machine's.
export function heard(at, ahead) {
  if (Math.abs(at - kept) < EVERY_MS) return;
  kept = at;
  try {
    localStorage.setItem(KEY, JSON.stringify({ at, ahead, zone: document.body.dataset.zone }));
  } catch {
    // a browser that keeps nothing: then nobody knows
  }
}
