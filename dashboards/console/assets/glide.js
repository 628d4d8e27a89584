// What moves because something else has come or grown glides to its new place and
// does not jump there: the eye follows, and for a moment a finger still finds it.
// Where the page is scrolled, what stands at the top of the screen stays there.

const MOVES = ".top > *, main, .board, .groups, .group, .group > h2, .group > p, .card, .beside, .beside-in > *, .beside-in section > *, .timeline li, .notify";
const MS = 250;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const all = () => [...document.querySelectorAll(MOVES)];

let under = []; // the glides that are under way

const onScreen = (r) => r.bottom > 0 && r.top < innerHeight;

// glide makes a change. anchor, if there is one, stays where it stands on the screen.
export function glide(change, anchor = () => null) {
  const was = new Map(all().map((e) => [e, e.getBoundingClientRect()]));
  const fixed = anchor() ?? (scrollY > 0 ? first(was) : null);
  const stood = fixed?.getBoundingClientRect().top;
  under.forEach((a) => a.cancel());
  under = [];
  change();
  const moved = fixed?.isConnected ? fixed.getBoundingClientRect().top - stood : 0;
  if (moved) scrollBy({ top: moved, behavior: "instant" }); // the page has moved, and nothing on it
  else if (!calm.matches) follow(was);
}

// first is the card that is the first on the screen.
function first(was) {
  for (const [e, r] of was) if (e.matches(".card") && r.top >= 0 && onScreen(r)) return e;
  return null;
}

// follow sets everything that has moved back to where it was, and lets it go. What
// lies within something that moves is moved by the rest alone.
function follow(was) {
  const by = new Map();
  const now = [...was.keys()].filter((e) => e.isConnected).map((e) => [e, e.getBoundingClientRect()]);
  for (const [e, r] of now) {
    const b = was.get(e);
    if (onScreen(r) || onScreen(b)) by.set(e, [b.left - r.left, b.top - r.top]);
  }
  for (const [e, [x, y]] of by) {
    const [ox, oy] = by.get(e.parentElement.closest(MOVES)) ?? [0, 0];
    const [dx, dy] = [x - ox, y - oy];
    if (Math.abs(dx) + Math.abs(dy) < 1) continue;
    under.push(e.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }], { duration: MS, easing: "ease-out" }));
  }
}
