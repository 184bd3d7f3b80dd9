// Going somewhere within the page, without loading it again.

/**
 * Runs in the page: follows a link to a place, and returns when that place is shown. What was said before is put away, so that nobody takes it
 * for what is said next; where somebody is at that place already, it is left and entered again.
 */
export async function follow(path: string) {
  const here = () => location.pathname + location.search;
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  const until = async (is: () => boolean, otherwise: string) => {
    for (const end = performance.now() + 15_000; !is(); await turn()) {
      if (performance.now() > end) throw new Error(otherwise);
    }
  };

  const go = async (to: string) => {
    const link = document.createElement("a");
    link.href = to;
    document.body.append(link);
    let isFollowed = false;
    const last = (event: Event) => {
      isFollowed = event.defaultPrevented;
      // What the page does not follow, the browser would load.
      event.preventDefault();
    };
    window.addEventListener("click", last, { once: true });
    link.click();
    window.removeEventListener("click", last);
    link.remove();
    if (!isFollowed) throw new Error(`no page is here that could lead to ${to}`);
    await until(() => here() === to, `the page stays at ${here()} and does not go to ${to}`);
    // The address is there; the screen follows at the end of the same task, or the next.
    await turn();
    await turn();
  };

  // A page that was just loaded opens the shop first.
  await until(() => document.querySelector("[aria-label=Places]") !== null, "nobody is signed in: there are no places");
  for (const toast of document.querySelectorAll<HTMLElement>(".toast")) toast.style.display = "none";
  if (here() === path) await go("/help");
  await go(path);
}
