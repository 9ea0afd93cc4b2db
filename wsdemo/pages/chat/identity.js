/* Who this is: a nickname and its token; which program, by its client id; what it sends next.

   A reload goes on as the same program, so that what had no answer is sent again under the same
   numbers. A duplicated tab has a copy of the storage and must not: two programs would give one
   number to two messages. The lock tells them apart, for only one page at a time can hold it. */

import { fold } from "./words.js";

/* Milliseconds to wait for the lock of a page that is being left. Who has been reloaded has left for
   certain; else this may be a copy, and wait in vain. */
const PATIENCE = 10_000;
const IMPATIENCE = 1_000;

export class Identity {
  constructor(kept) {
    this.kept = kept;
    this.nick = kept.get("nick", "");
    this.client = "";
    this.unsent = [];
    this.rooms = kept.get("rooms", []);
  }

  /* Find out which program this is; `locks` is the browser's, where it has one. */
  async begin(locks = navigator.locks) {
    const before = this.kept.get("client");
    if (before && (await held(locks, before))) {
      this.client = before;
      this.unsent = this.kept.get("unsent", []);
      return;
    }
    this.client = secret();
    this.kept.set("client", this.client);
    this.kept.set("seq", 0);
    this.kept.set("unsent", []);
    await held(locks, this.client);
  }

  /* What proves a nickname. Made here, so that a welcome that is lost loses nothing. */
  token(nick) {
    const known = this.kept.get("token");
    if (known && fold(known.nick) === fold(nick)) return known.token;
    const token = secret();
    this.kept.set("token", { nick, token });
    return token;
  }

  /* Take the nickname as the server writes it, with the token that it goes by. */
  become(nick, token) {
    this.nick = nick;
    this.kept.set("nick", nick);
    this.kept.set("token", { nick, token });
  }

  forget() {
    this.nick = "";
    this.rooms = [];
    for (const key of ["nick", "token", "rooms"]) this.kept.remove(key);
  }

  nextSeq() {
    const seq = this.kept.get("seq", 0) + 1;
    this.kept.set("seq", seq);
    return seq;
  }

  keepUnsent(entries) {
    this.unsent = entries;
    this.kept.set("unsent", entries);
  }

  keepRooms(rooms) {
    this.rooms = rooms;
    this.kept.set("rooms", rooms);
  }
}

/* 192 bits, in the letters that a token may have. */
function secret() {
  const octets = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...octets)).replaceAll("+", "-").replaceAll("/", "_");
}

/* Hold a lock of this name until the page is left; false if it can't be had. */
function held(locks, name) {
  if (!locks) return Promise.resolve(false);
  return new Promise((answer) => {
    const have = () => {
      answer(true);
      return new Promise(() => {});
    };
    const { type } = performance.getEntriesByType("navigation")[0] ?? {};
    const signal = AbortSignal.timeout(type === "reload" ? PATIENCE : IMPATIENCE);
    locks.request(`chat ${name}`, { signal }, have).catch(() => answer(false));
  });
}
