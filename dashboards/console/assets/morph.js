// morph makes an element like another one without replacing what is the same:
// focus, selection, open folds and what somebody types or has chosen stay as
// they are. What has an id stays the same element, whatever comes or goes before
// it. What changed inside [data-mark] is marked for a moment.

export function morph(from, to) {
  if (!from || !to) return;
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(document.importNode(to, true));
    return;
  }
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) {
      from.data = to.data;
      mark(from.parentElement);
    }
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) return;
  if (from.nodeName === "SELECT" && chosen(from)) return;
  attributes(from, to);
  if (running(from) && running(to)) return; // a clock's text is the script's
  if (from.nodeName === "TEXTAREA") return;
  children(from, to);
}

const running = (e) => ["data-since", "data-until", "data-wall"].some((name) => e.hasAttribute(name));

// chosen reports whether somebody is choosing, or has.
function chosen(select) {
  const preset = [...select.options].findIndex((o) => o.defaultSelected);
  return document.activeElement === select || select.selectedIndex !== Math.max(preset, 0);
}

function attributes(from, to) {
  const own = (name) => name === "open" && from.nodeName === "DETAILS"; // folded by hand
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !own(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !own(name)) from.setAttribute(name, value);
  }
}

// children goes through both lists side by side. An element with an id is met
// again by its id: what stood before it and is gone is taken away, what is new is
// put in, and it is never moved itself: a moved element loses the focus.
function children(from, to) {
  const kept = new Set([...to.children].map(idOf).filter(Boolean));
  let have = from.firstChild;
  for (const want of [...to.childNodes]) {
    const id = idOf(want);
    while (have && idOf(have) && !kept.has(idOf(have))) have = drop(have);
    const same = id && later(have, id);
    while (same && have !== same) have = drop(have);
    if (!have || idOf(have) !== id) {
      from.insertBefore(document.importNode(want, true), have);
      continue;
    }
    const next = have.nextSibling;
    morph(have, want);
    have = next;
  }
  while (have) have = drop(have);
}

// idOf is an element's id. A form's own property may be one of its fields.
const idOf = (node) => (node.nodeType === Node.ELEMENT_NODE && node.getAttribute("id")) || "";

function later(node, id) {
  for (let n = node; n; n = n.nextSibling) if (idOf(n) === id) return n;
  return null;
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function mark(element) {
  const marked = element?.closest("[data-mark]");
  if (!marked) return;
  marked.classList.add("changed");
  setTimeout(() => marked.classList.remove("changed"), 2_000);
}
