// What this device keeps: encrypted with a key that no script can read out, and deleted when it expires. What still waits to be
// sent is never deleted before it was sent.

const STORES = ["keys", "kept", "waiting"];
const CIPHER = "AES-GCM";

const answered = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export async function openStore(convening) {
  const request = indexedDB.open(`plenary-desk-${convening}`, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  const store = new Store(await answered(request));
  store.key = await store.ownKey();
  return store;
}

class Store {
  constructor(database) {
    this.database = database;
  }

  table(name, mode = "readonly") {
    return this.database.transaction(name, mode).objectStore(name);
  }

  // Two pages may open at once: whoever comes second takes the key of the first.
  async ownKey() {
    const made = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
    const keys = this.table("keys", "readwrite");
    const known = await answered(keys.get("own"));
    if (!known) await answered(keys.put(made, "own"));
    return known ?? made;
  }

  async seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: CIPHER, iv }, this.key, plain) };
  }

  async unseal({ iv, data }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: CIPHER, iv }, this.key, data)));
  }

  async keep(name, value, expires) {
    const sealed = await this.seal(value);
    await answered(this.table("kept", "readwrite").put({ ...sealed, expires }, name));
  }

  // Nothing where it was never kept, has expired, or belongs to a key that is gone.
  async kept(name, now) {
    const found = await answered(this.table("kept").get(name));
    if (!found || found.expires <= now) return null;
    return this.unseal(found).catch(() => null);
  }

  async wait(id, order, value) {
    const sealed = await this.seal(value);
    await answered(this.table("waiting", "readwrite").put({ ...sealed, order }, id));
  }

  async waiting() {
    const found = await answered(this.table("waiting").getAll());
    found.sort((one, other) => one.order - other.order);
    return Promise.all(found.map((one) => this.unseal(one)));
  }

  async done(ids) {
    const table = this.table("waiting", "readwrite");
    await Promise.all(ids.map((id) => answered(table.delete(id))));
  }

  // When the list has had its time: the list goes, and with nothing left to send the key as well.
  async wipe() {
    await answered(this.table("kept", "readwrite").clear());
    if (await answered(this.table("waiting").count())) return;
    await answered(this.table("keys", "readwrite").clear());
    this.key = await this.ownKey();
  }

  async expires() {
    const found = await answered(this.table("kept").get("held"));
    return found?.expires ?? null;
  }
}
