// Search as you type. A form that works by itself becomes quicker:
//   <form method="get" action="/office/people" role="search" data-search data-results="results">
//   <div id="results">… <p data-count>3 people</p> …</div>
// 200 ms after the last sign, or at a choice, the form's address is fetched, and what has the id named by `data-results`
// is replaced by the same element of the answer. The address bar follows, an overtaken request is cancelled, and the text
// of `data-count` is read aloud. Where the answer is no such page (a sign-in, an error), the browser goes there itself.

const PAUSE = 200;

for (const form of document.querySelectorAll("form[data-search]")) {
  const said = form.appendChild(document.createElement("p"));
  said.className = "hide";
  said.setAttribute("aria-live", "polite");
  let waiting, request;

  const search = async () => {
    clearTimeout(waiting);
    request?.abort();
    request = new AbortController();
    const own = request;
    const asked = String(new URLSearchParams([...new FormData(form)].filter(([, value]) => value)));
    const address = form.getAttribute("action") + (asked && `?${asked}`);
    try {
      const answer = await fetch(address, { signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(form.dataset.results);
      if (!answer.ok || answer.redirected || !found) return location.assign(address);
      document.getElementById(form.dataset.results).replaceWith(found);
      history.replaceState(null, "", address);
      said.textContent = found.querySelector("[data-count]")?.textContent ?? "";
    } catch (error) {
      if (!own.signal.aborted) location.assign(address);
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(search, PAUSE); };

  // who leaves in the middle of a search goes where they wanted to go
  for (const leaving of ["beforeunload", "pagehide"]) addEventListener(leaving, () => { clearTimeout(waiting); request?.abort(); });
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
}
