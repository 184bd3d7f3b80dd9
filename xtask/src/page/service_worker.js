// The page without a network: every file of one build, kept whole and served as one version.
//
// Never takes over by itself: a till keeps the version it was opened with until the page says `take-over`.
// Never sees /v1/: what the server says is not the page's to keep.

const VERSION = '%VERSION%';
const FILES = ['%FILES%'];

const PREFIX = 'subzero-';
const CACHE = PREFIX + VERSION;
const URLS = new Set(FILES.map((file) => file.url));
// Kept in the cache, because a worker's memory may not last from installing to activating.
const NOTE = '/.service-worker-note';

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('message', (event) => {
  if (event.data?.type === 'take-over') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/v1/')) return;
  if (URLS.has(url.pathname)) event.respondWith(answer(url.pathname, request));
  else if (request.mode === 'navigate') event.respondWith(answer('/', request));
});

/** All files, or none: a version that is not whole is not installed. */
async function install() {
  const note = {
    is_first: self.registration.active === null,
    older: (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE),
  };
  const existed = await caches.has(CACHE);
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map((file) => keep(cache, file)));
    await cache.put(NOTE, new Response(JSON.stringify(note)));
  } catch (error) {
    // A cache that was there before may be in use: after a roll-back the same version is installed twice.
    if (!existed) await caches.delete(CACHE);
    throw error;
  }
}

/** Integrity makes the network refuse what is not this build: another version's file, a sign-in page of the shop's Wi-Fi. */
async function keep(cache, { url, integrity }) {
  const response = await fetch(url, { cache: 'reload', credentials: 'same-origin', integrity });
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}`);
  await cache.put(url, response);
}

/** Only caches that were there when this version was installed are older; a newer version may be filling its own. */
async function activate() {
  const cache = await caches.open(CACHE);
  const note = await (await cache.match(NOTE))?.json();
  if (!note) return;
  await Promise.all(note.older.map((name) => caches.delete(name)));
  // The page that installed the first version is offline-ready without being loaded again.
  if (note.is_first) await self.clients.claim();
}

async function answer(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
