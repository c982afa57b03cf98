// Who signs out leaves no list of a front desk on the device; what waits there to be sent stays, and so do the pages.

const done = (request) => new Promise((resolve) => { request.onsuccess = request.onerror = () => resolve(request.result); });

async function forget(name) {
  const database = await done(indexedDB.open(name));
  if (database?.objectStoreNames.contains("kept")) await done(database.transaction("kept", "readwrite").objectStore("kept").clear());
  database?.close();
}

async function forgetAll() {
  const known = (await indexedDB.databases?.()) ?? [];
  await Promise.all(known.filter((one) => one.name.startsWith("plenary-desk-")).map((one) => forget(one.name)));
  new BroadcastChannel("plenary-desk").postMessage("forget");
}

for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, 1_000)); // nothing keeps anybody from signing out
    await Promise.race([forgetAll().catch((error) => console.error(error)), late]);
    form.submit();
  });
}
