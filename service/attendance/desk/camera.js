// Reads QR codes through the camera: with what the browser brings, or else with our copy of a reader.

const EVERY = 120; // milliseconds between two looks
const SAME = 3_000; // so long the same code is one scan

async function ownReader(addresses) {
  const { BarcodeDetector, prepareZXingModule } = await import(addresses.reader);
  const overrides = { locateFile: (name, folder) => (name.endsWith(".wasm") ? addresses.wasm : folder + name) };
  await prepareZXingModule({ overrides, fireImmediately: true });
  return new BarcodeDetector({ formats: ["qr_code"] });
}

export async function qrReader(addresses) {
  const formats = (await window.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : ownReader(addresses);
}

export async function readFrom(reader, source) {
  const [found] = await reader.detect(source);
  return found?.rawValue ?? null;
}

// Looks until it is stopped; each code is told once while it stays in view.
export class Camera {
  constructor(video, addresses, told) {
    this.video = video;
    this.addresses = addresses;
    this.told = told;
    this.last = { code: null, at: 0 };
  }

  async start() {
    if (!navigator.mediaDevices) throw new Error("This browser lets no page use the camera here.");
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.reader ??= await qrReader(this.addresses);
    this.look();
  }

  async look() {
    if (!this.stream) return;
    const code = this.video.readyState >= 2 ? await readFrom(this.reader, this.video) : null;
    const now = performance.now();
    if (code && (code !== this.last.code || now - this.last.at > SAME)) this.told(code);
    if (code) this.last = { code, at: now };
    setTimeout(() => this.look(), EVERY);
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }
}
