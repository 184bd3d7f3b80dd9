//! A page that is being changed: it asks its server again and again whether there is a newer one, and then loads itself anew.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::digest;

/// Says which page this is.
const NAME: &str = "page.txt";
/// Takes the place of the service worker that an earlier page left in this browser, and goes.
const RETIRE: &str = "\
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('subzero-')) await caches.delete(name);
  await self.registration.unregister();
})()));
";

/// Makes the page follow what is built after it; answers its HTML.
pub fn follow(page: &Path, html: &str) -> Result<String> {
    let this = digest::hex(html.as_bytes());
    fs::write(page.join(NAME), &this)?;
    fs::write(page.join("sw.js"), RETIRE)?;
    let script = format!(
        "<script>(async function look() {{ \
           const text = await fetch('/{NAME}', {{ cache: 'no-store' }}).then((answer) => answer.text(), () => '{this}'); \
           if (text !== '{this}') location.reload(); else setTimeout(look, 250); \
         }})()</script>\n  </head>"
    );
    Ok(html.replacen("</head>", &script, 1))
}
