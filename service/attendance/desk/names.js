// Names as people type them: without case, without marks on letters. `mark` is service/attendance/release.py, word for word.

const LETTERS = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ŧ: "t", ŋ: "n", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", "’": "'", "‘": "'" };

const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export const fold = (text) => bare(text).replace(/[øłđðħŧŋıßæœþ’‘]/g, (sign) => LETTERS[sign]);

// Each typed word begins a word of the name.
export function matches(query, name) {
  const words = fold(name).split(/[\s'-]+/);
  return fold(query).split(/[\s'-]+/).filter(Boolean).every((part) => words.some((word) => word.startsWith(part)));
}

export function nameKey(name) {
  const words = bare(name).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length ? `${words[0]} ${words.at(-1)}` : "";
}

export async function mark(salt, name) {
  const bytes = new TextEncoder().encode(`${salt}:${nameKey(name)}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 24);
}

// A badge's code as it was typed or scanned: `typed` of service/attendance/rules.py.
const LOOK_ALIKES = { O: "0", I: "1", L: "1", U: "V" };
export const badgeCode = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[OILU]/g, (sign) => LOOK_ALIKES[sign]).slice(0, 10);
