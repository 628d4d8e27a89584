// morph makes an element like another one without replacing what is the same:
// focus, selection, open folds and what somebody types or has chosen stay as
// they are. What has an id, or something with an id inside it, stays the same
// element, whatever comes or goes before it. What changed inside [data-mark] is
// marked for a moment.

export function morph(from, to) {
  if (!from || !to) return;
  const inside = new Map();
  [from, to].forEach((root) => namesIn(root, inside));
  alter(from, to, inside);
}

// namesIn notes for every element under a root the ids that it has in it, its
// own too.
function namesIn(root, inside) {
  for (const named of [root, ...(root.querySelectorAll?.("[id]") ?? [])]) {
    const id = idOf(named);
    for (let e = named; id; e = e.parentNode) {
      if (!inside.has(e)) inside.set(e, new Set());
      inside.get(e).add(id);
      if (e === root) break;
    }
  }
}

function alter(from, to, inside) {
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
  if (from.hasAttribute("data-refused")) return; // a form with what somebody has to put right stands until it is sent
  if (from.nodeName === "SELECT" && (from === document.activeElement || written(from))) return;
  attributes(from, to);
  if (running(from) && running(to)) return; // a clock's text is the script's
  if (from.nodeName === "TEXTAREA") {
    if (from.defaultValue !== to.defaultValue) from.defaultValue = to.defaultValue; // what was typed stays
    return;
  }
  children(from, to, inside);
}

const running = (e) => ["data-since", "data-until", "data-wall"].some((name) => e.hasAttribute(name));

// written reports whether somebody has changed what stood in a field.
export function written(field) {
  if (field.nodeName === "SELECT") {
    const preset = [...field.options].findIndex((o) => o.defaultSelected);
    return field.selectedIndex !== Math.max(preset, 0);
  }
  return field.value !== field.defaultValue || (field.checked ?? false) !== (field.defaultChecked ?? false);
}

// kept reports whether an attribute is a hand's or the script's own: a fold, the
// value of a field under the focus, what is there for the script alone.
function kept(e, name) {
  switch (name) {
    case "open":
      return e.nodeName === "DETAILS";
    case "value":
      return e.nodeName === "INPUT" && e === document.activeElement;
    case "hidden":
      return e.hasAttribute("data-script");
  }
  return false;
}

function attributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !kept(from, name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !kept(from, name)) from.setAttribute(name, value);
  }
}

// children goes through both lists side by side. What shares an id with what is
// wanted is met again: what stood before it and is gone is taken away, what is
// new is put in, and it is never moved itself: a moved element loses the focus.
function children(from, to, inside) {
  const met = meetings(from, to, inside);
  const awaited = new Set(met.values());
  let have = from.firstChild;
  for (const want of [...to.childNodes]) {
    const same = met.get(want);
    if (same?.parentNode === from) {
      while (have !== same) have = drop(have);
    } else {
      while (have && idOf(have) && !awaited.has(have)) have = drop(have);
      if (!have || idOf(want) || awaited.has(have)) {
        from.insertBefore(document.importNode(want, true), have);
        continue;
      }
    }
    const next = have.nextSibling;
    alter(have, want, inside);
    have = next;
  }
  while (have) have = drop(have);
}

// meetings tells for what is wanted which of those there it is: they are alike,
// and an id is in both.
function meetings(from, to, inside) {
  const home = new Map();
  for (const want of to.childNodes) inside.get(want)?.forEach((id) => home.set(id, want));
  const met = new Map();
  for (const have of from.childNodes) {
    const want = [...(inside.get(have) ?? [])].map((id) => home.get(id)).find((w) => w && !met.has(w) && alike(have, w));
    if (want) met.set(want, have);
  }
  return met;
}

const alike = (a, b) => a.nodeName === b.nodeName && idOf(a) === idOf(b);

// idOf is an element's id. A form's own property may be one of its fields.
const idOf = (node) => (node.nodeType === Node.ELEMENT_NODE && node.getAttribute("id")) || "";

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
