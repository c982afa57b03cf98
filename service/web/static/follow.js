// A page about something that is being done follows it; without this it is looked at again by its own link.
// What has `data-follow` is fetched from that address each two seconds and put in place of itself; where the answer has
// none any more, it is done, and the page is read anew.

const EVERY = 2_000;

async function look() {
  const before = document.querySelector("[data-follow]");
  try {
    const answer = await fetch(before.dataset.follow);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(before.id);
    if (!answer.ok || answer.redirected || !now?.dataset.follow || page.title !== document.title) return location.reload();
    if (!before.contains(document.activeElement)) before.replaceWith(now);
  } catch (error) {
    console.warn(error); // the line is gone for a moment: the next look finds it again
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
