// Caches visited pages, so that they can be read without a connection. The network is asked first;
// a cached page is the answer if the network fails or takes longer than PATIENCE (milliseconds).

const PAGES = "pages-1";
const MOST_PAGES = 150;
const PATIENCE = 6000;
const OFFLINE = [{% for address in offline %}"{{ address|escapejs }}", {% endfor %}];
const FILES = [{% for file in files %}"{{ file|escapejs }}", {% endfor %}];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGES).then((cache) => cache.addAll([...OFFLINE, ...FILES])));
  skipWaiting();
});

addEventListener("activate", (event) => {
  event.waitUntil(clients.claim());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isOurs = request.method === "GET" && origin === location.origin;
  if (!isOurs || /^\/..\/(account|admin)\/|^\/(id|healthz|readyz|service-worker)/.test(pathname)) return;
  event.respondWith(answer(event, request));
});

async function answer(event, request) {
  const cache = await caches.open(PAGES);
  const fetched = fetch(request).then((response) => {
    if (isKeepable(response)) {
      const copy = response.clone();
      event.waitUntil(cache.put(request, copy).then(() => trim(cache)));
    }
    return response;
  });
  fetched.catch(() => {});
  const kept = await cache.match(request);
  try {
    return await (kept ? Promise.race([fetched, timeout()]) : fetched);
  } catch (error) {
    if (kept) return kept;
    if (request.mode !== "navigate") throw error;
    const language = new URL(request.url).pathname.slice(0, 4);
    return cache.match(OFFLINE.find((address) => address.startsWith(language)) ?? OFFLINE[0]);
  }
}

function isKeepable(response) {
  const isPrivate = /no-store|private/.test(response.headers.get("Cache-Control"));
  return response.ok && !response.redirected && !isPrivate;
}

function timeout() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE));
}

// Deletes the oldest pages beyond MOST_PAGES, but never the offline pages and static files.
async function trim(cache) {
  const kept = [...OFFLINE, ...FILES];
  const requests = await cache.keys();
  const pages = requests.filter(({ url }) => !kept.includes(new URL(url).pathname));
  await Promise.all(pages.slice(0, Math.max(0, pages.length - MOST_PAGES)).map((page) => cache.delete(page)));
}
