/* The conversation with the feed: start or resume, acknowledge, ask.

   const link = new Link({ market, take, counted, note, shown, ended });
   link.begin({ codec: "json", slow: "conflate", window: 16 }, ["A*"]);   // again, to change one
   await link.subscribe(["A*"]);
   link.taken();                     // an `updates` was taken: the server may send another

   `take(message)` gets what the market is to take, in order; `counted(octets)` the size of every
   message; `shown(session)` a session whose state is to be shown; `ended()` is told that what has
   come and was not taken is to be thrown away.

   After `begin` the next session resumes where the one before was: the numbers of the feed are the
   same in both codecs. */

import { GiveUp, JSON_TEXT, Refused, Session, beside } from "./kit/session.js";
import { decode, encode } from "./msgpack.js";

const utf8 = new TextEncoder();
const CODECS = {
  json: { ...JSON_TEXT, protocol: "wsdemo.feed.json", size: (data) => utf8.encode(data).length },
  msgpack: {
    name: "msgpack",
    protocol: "wsdemo.feed.msgpack",
    size: (data) => data.byteLength,
    encode,
    decode,
  },
};
/* The browser's API has no ping. What can be asked at any time is what is newer than everything:
   nothing, and it comes at once, even when a full window holds back the rest. */
const PING = { type: "refresh", id: 0, since: Number.MAX_SAFE_INTEGER };

export class Link {
  #market;
  #calls;
  #session = null;
  #chosen = null;
  #unacknowledged = 0;

  constructor({ market, ...calls }) {
    this.#market = market;
    this.#calls = calls;
  }

  begin(chosen, patterns) {
    this.#chosen = chosen;
    this.#session?.close();
    const { protocol, size, ...codec } = CODECS[chosen.codec];
    const counted = (data) => {
      this.#calls.counted(size(data));
      return codec.decode(data);
    };
    const session = new Session(beside("ws"), {
      protocols: [protocol],
      codec: { ...codec, decode: counted },
      resume: (line) => this.#start(line, patterns),
      ping: () => PING,
    });
    this.#session = session;
    session.addEventListener("message", ({ detail }) => this.#receive(detail));
    session.addEventListener("state", () => session === this.#session && this.#state());
    this.#calls.shown(session);
    session.open();
  }

  subscribe(patterns) {
    return this.#session.request({ type: "subscribe", patterns });
  }

  unsubscribe(patterns) {
    return this.#session.request({ type: "unsubscribe", patterns });
  }

  refresh(message) {
    return this.#session.request(message);
  }

  taken() {
    const { window } = this.#chosen;
    this.#unacknowledged += 1;
    if (!window || this.#unacknowledged < window / 4) return;
    this.#unacknowledged = 0;
    this.#session.send({ type: "ack", seq: this.#market.seq }, { late: false });
  }

  async #start(line, patterns) {
    const { slow, window } = this.#chosen;
    this.#unacknowledged = 0;
    const { place } = this.#market;
    const wanted = place ? { patterns: this.#market.patterns, resume: place } : { patterns };
    try {
      await line.request({ type: "start", ...wanted, slow, window });
    } catch (error) {
      // The next attempt would say the same.
      throw error instanceof Refused ? new GiveUp(error.reply.reason) : error;
    }
  }

  #receive(message) {
    if (message.re === PING.id) return;
    if (message.type !== "error") this.#calls.take(message);
    else if (message.re === undefined) this.#calls.note(`the server refuses: ${message.reason}`);
  }

  #state() {
    const { name, reason } = this.#session.state;
    if (name === "connecting") this.#calls.ended();
    else if (name === "waiting") this.#calls.note(`disconnected: ${reason}`);
    else if (name === "closed" && reason) this.#calls.note(`closed: ${reason}`);
  }
}
