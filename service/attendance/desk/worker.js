// Keeps the desk on the device. `KEPT` is written before this file: the version, and the addresses that belong to it.

const PAGES = "desk-pages";
const PATIENCE = 3_000;
const IS_DESK = /^\/desk\/[0-9a-f-]{36}$/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT.version).then((cache) => cache.addAll(KEPT.files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name !== KEPT.version && name !== PAGES;
  const clean = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && IS_DESK.test(address.pathname)) event.respondWith(page(event.request));
  else if (KEPT.files.includes(address.pathname + address.search)) event.respondWith(file(event.request));
});

// The network's where it comes soon, else the one that was kept: it shows nobody, so it may be old.
async function page(request) {
  const cache = await caches.open(PAGES);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  });
  const kept = await cache.match(request);
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([fresh.then((answer) => (answer.status >= 500 ? kept : answer)), late]).catch(() => kept);
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}
