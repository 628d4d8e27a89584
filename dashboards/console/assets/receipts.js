// A page's own receipts: that an incident stands before somebody's eyes, and
// that somebody opened it.

const confirmed = new Map(); // "incident status" → number

export async function receipt(id, status, number) {
  const key = `${id} ${status}`;
  if (!number || confirmed.get(key) >= number || document.visibilityState !== "visible") return;
  confirmed.set(key, number);
  try {
    const answer = await fetch(`/api/v1/incidents/${id}/receipts`, {
      method: "POST", credentials: "same-origin", keepalive: true,
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ number, status }),
    });
    if (answer.status >= 500) confirmed.delete(key);
  } catch {
    confirmed.delete(key);
  }
}
