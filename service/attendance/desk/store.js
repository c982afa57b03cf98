// What this device keeps: encrypted with keys that no script can read out, and deleted when it expires. What still waits to be
// sent is never deleted before it was sent. Each row has a key of its own, which goes with it: whatever another page deletes
// meanwhile, no row is ever left without the key that opens it.

const STORES = ["kept", "waiting"];
const CIPHER = "AES-GCM";

const answered = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export async function openStore(convening) {
  const request = indexedDB.open(`plenary-desk-${convening}`, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  return new Store(await answered(request));
}

class Store {
  constructor(database) {
    this.database = database;
  }

  table(name, mode = "readonly") {
    return this.database.transaction(name, mode).objectStore(name);
  }

  async seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const key = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, key, data: await crypto.subtle.encrypt({ name: CIPHER, iv }, key, plain) };
  }

  async unseal({ iv, key, data }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: CIPHER, iv }, key, data)));
  }

  async keep(name, value, expires) {
    const sealed = await this.seal(value);
    await answered(this.table("kept", "readwrite").put({ ...sealed, expires }, name));
  }

  // Nothing where it was never kept, has expired, or cannot be read.
  async kept(name, now) {
    const found = await answered(this.table("kept").get(name));
    if (!found || found.expires <= now) return null;
    return this.unseal(found).catch(() => null);
  }

  async wait(id, order, value) {
    const sealed = await this.seal(value);
    await answered(this.table("waiting", "readwrite").put({ ...sealed, order }, id));
  }

  // In order; beside them the ids of those that cannot be read any more.
  async waiting() {
    const table = this.table("waiting");
    const [ids, found] = await Promise.all([answered(table.getAllKeys()), answered(table.getAll())]);
    const rows = found.map((row, index) => ({ ...row, id: ids[index] })).filter((row) => !row.aside);
    rows.sort((one, other) => one.order - other.order);
    const read = await Promise.all(rows.map((row) => this.unseal(row).catch(() => null)));
    return { deeds: read.filter(Boolean), broken: rows.filter((row, index) => !read[index]).map((row) => row.id) };
  }

  // It stays on the device, and nobody asks for it again.
  async setAside(id) {
    const table = this.table("waiting", "readwrite");
    const row = await answered(table.get(id));
    if (row) await answered(table.put({ ...row, aside: true }, id));
  }

  async done(ids) {
    const table = this.table("waiting", "readwrite");
    await Promise.all(ids.map((id) => answered(table.delete(id))));
  }

  // When the list has had its time.
  async wipe() {
    await answered(this.table("kept", "readwrite").clear());
  }

  async expires() {
    const found = await answered(this.table("kept").get("held"));
    return found?.expires ?? null;
  }
}
