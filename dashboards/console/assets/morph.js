// morph makes an element like another one without replacing what is the same:
// focus, selection, open folds and what somebody types stay as they are. What
// changed inside [data-mark] is marked for a moment.

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
  attributes(from, to);
  if (running(from) && running(to)) return; // a clock's text is the script's
  if (from.nodeName === "TEXTAREA") return;
  children(from, to);
}

const running = (e) => ["data-since", "data-until", "data-wall"].some((name) => e.hasAttribute(name));

function attributes(from, to) {
  const own = (name) => name === "open" && from.nodeName === "DETAILS"; // folded by hand
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !own(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !own(name)) from.setAttribute(name, value);
  }
}

function children(from, to) {
  const want = [...to.childNodes];
  want.forEach((node, at) => {
    const have = from.childNodes[at];
    if (have) morph(have, node);
    else from.append(document.importNode(node, true));
  });
  while (from.childNodes.length > want.length) from.lastChild.remove();
}

function mark(element) {
  const marked = element?.closest("[data-mark]");
  if (!marked) return;
  marked.classList.add("changed");
  setTimeout(() => marked.classList.remove("changed"), 2_000);
}
