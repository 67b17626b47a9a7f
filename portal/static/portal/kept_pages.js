// Lists the pages in the cache of the service worker, for a reader without a connection.

export async function listPages(list, parsed) {
  const language = document.documentElement.lang;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith(`/${language}/`) || pathname.endsWith("/offline/")) continue;
      const page = parsed(await (await cache.match(request)).text());
      const link = document.createElement("a");
      link.href = pathname + search;
      link.textContent = page.title.split(" – ")[0];
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
  }
  document.querySelector("[data-nothing-kept]").hidden = list.childElementCount > 0;
}
