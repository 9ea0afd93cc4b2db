/* What a page knows of one room: its messages in the log's order, and who is there.

   Everything may come twice, and a page of history may be older or newer than the news: so a
   message is known by (client, seq), an event by its offset, and an amendment is remembered until
   what it amends has come. No DOM, no network. */

import { fold } from "./words.js";

const REMEMBERED = 1_000; // amendments of messages that have not been loaded

export function keyOf({ client, seq }) {
  return `${client}/${seq}`;
}

export class Room {
  name;
  role = "none";
  open = true;
  joined = false; // whether this page wants to be in it
  closed = ""; // why it can't be
  log = ""; // which log `last` is of
  loading = false; // whether a page of history has been asked for
  last = null; // the offset of the last event that was handled
  before; // where the next page of history ends; null: there is none; undefined: not asked yet
  messages = []; // by offset
  members = new Map(); // by folded nickname
  count = 0;
  typing = new Map(); // nickname -> until when, in milliseconds
  #byKey = new Map();
  #byOffset = new Map();
  #amendments = new Map();

  constructor(name) {
    this.name = name;
  }

  /* Take the answer to a join. */
  enter({ role, open, offset, lost }, log) {
    Object.assign(this, { role, open, log, joined: true, closed: "" });
    if (lost) this.#forget();
    if (lost || this.last === null) this.last = offset;
  }

  #forget() {
    this.messages = [];
    this.before = null; // all that is left comes by itself
    for (const known of [this.#byKey, this.#byOffset, this.#amendments]) known.clear();
  }

  /* Take an event of the log; return whether it is new. */
  take(event) {
    if (event.offset <= this.last) return false;
    this.last = event.offset;
    if (event.type !== "said") this.#amend(event);
    else this.put(event);
    return true;
  }

  /* Take a message from wherever it came; the present form of one that is here already. */
  put(said) {
    const key = keyOf(said);
    const known = this.#byKey.get(key);
    const amendment = this.#amendments.get(said.offset);
    const message = { ...said, ...amendment, key };
    if (known) {
      Object.assign(known, message);
      return;
    }
    this.#byKey.set(key, message);
    this.#byOffset.set(said.offset, message);
    let at = this.messages.length;
    while (at > 0 && this.messages[at - 1].offset > said.offset) at -= 1;
    this.messages.splice(at, 0, message);
  }

  putPage({ messages, before }) {
    // From the end, so that each is inserted where it belongs at once.
    for (const said of messages.toReversed()) this.put(said);
    this.before = before ?? null;
  }

  has(key) {
    return this.#byKey.has(key);
  }

  #amend({ type, target, text, offset }) {
    const change = type === "edited" ? { text, edited: true } : { text: "", deleted: true };
    const message = this.#byOffset.get(target);
    if (message) Object.assign(message, change);
    this.#amendments.set(target, { ...change, amended: offset });
    if (this.#amendments.size > REMEMBERED) {
      this.#amendments.delete(this.#amendments.keys().next().value);
    }
  }

  /* Let go of the oldest, which can be loaded again. */
  trim(limit) {
    // A page that is under way ends where the messages begin now.
    if (this.loading || this.messages.length <= limit) return;
    const gone = this.messages.splice(0, this.messages.length - limit);
    for (const { key, offset } of gone) {
      this.#byKey.delete(key);
      this.#byOffset.delete(offset);
    }
    this.before = this.messages[0].offset;
  }

  setMembers({ members, count }) {
    this.members = new Map(members.map((member) => [fold(member.nick), member]));
    this.count = count;
  }

  /* Take changes of presence. */
  present(changes) {
    for (const { nick, presence, role } of changes) {
      const key = fold(nick);
      const known = this.members.get(key);
      if (presence === "gone") this.members.delete(key);
      else this.members.set(key, { nick, presence, role: role ?? "member" });
      this.count += Number(presence !== "gone" && !known) - Number(presence === "gone" && !!known);
      if (presence !== "here") this.typing.delete(nick);
    }
  }

  grant(nick, role) {
    const member = this.members.get(fold(nick));
    if (member) member.role = role;
  }
}
