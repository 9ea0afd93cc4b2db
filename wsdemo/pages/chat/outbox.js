/* What has been said and has no answer yet: sent again, with the same number, until there is one.

   One at a time, in order: if one is refused, none that was said after it has overtaken it. An
   entry is {type, room, to?, offset?, text?, seq, at} and its state: "sending", or "failed" with
   `reason`, after a refusal that time won't heal.

   const outbox = new Outbox({ ask, isOpen, keep, answered, changed, entries });
   outbox.add({ type: "say", room, text });
   outbox.run();      // when the connection is open */

import { Lost, Refused } from "./kit/session.js";
import { refusal } from "./words.js";

export const LATER = 2; // seconds, after a refusal that names none
export const TRANSIENT = new Set(["slow_down", "not_stored"]);
const FIELDS = {
  say: ["room", "text"],
  direct: ["to", "text"],
  edit: ["room", "offset", "text"],
  delete: ["room", "offset"],
};

export class Outbox {
  #env;
  #running = null;

  constructor({ entries = [], rest = pause, ...env }) {
    this.entries = entries;
    this.#env = { ...env, rest };
  }

  add(entry) {
    const added = { ...entry, state: "sending", reason: "" };
    this.entries.push(added);
    this.#changed();
    this.run();
    return added;
  }

  retry(entry) {
    Object.assign(entry, { state: "sending", reason: "" });
    this.#changed();
    this.run();
  }

  drop(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.#changed();
  }

  clear() {
    this.entries = [];
    this.#changed();
  }

  run() {
    this.#running ??= this.#drain().finally(() => (this.#running = null));
  }

  /* Resolves when nothing is left that could be sent now. */
  async idle() {
    await this.#running;
  }

  async #drain() {
    for (;;) {
      const entry = this.entries.find(({ state }) => state === "sending");
      if (!entry || !this.#env.isOpen()) return;
      await this.#send(entry);
    }
  }

  async #send(entry) {
    try {
      const ack = await this.#env.ask(this.#request(entry));
      this.entries = this.entries.filter((other) => other !== entry);
      this.#env.answered(entry, ack);
      this.#changed();
    } catch (error) {
      if (error instanceof Refused) await this.#refused(entry, error.reply);
      else if (!(error instanceof Lost)) throw error;
      // Lost: it may have arrived or not. The same number again does no harm.
    }
  }

  #request({ type, seq, ...entry }) {
    return { type, seq, ...Object.fromEntries(FIELDS[type].map((name) => [name, entry[name]])) };
  }

  async #refused(entry, reply) {
    entry.reason = refusal(reply);
    const mends = TRANSIENT.has(reply.code);
    if (!mends) entry.state = "failed";
    this.#changed();
    if (mends) await this.#env.rest((reply.retry_after ?? LATER) * 1000);
  }

  #changed() {
    this.#env.keep(this.entries);
    this.#env.changed();
  }
}

export function pause(ms) {
  return new Promise((go) => setTimeout(go, ms));
}
