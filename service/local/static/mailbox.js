// Fetches the list again whenever the server says that the newest mail is another one.
const mails = () => document.getElementById("mails");

async function refresh(newest) {
  if (mails().dataset.newest === newest) return;
  const answer = await fetch("/", { cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  mails().replaceWith(page.getElementById("mails"));
  document.title = page.title;
}

new EventSource("/news").addEventListener("message", (event) => refresh(event.data));
