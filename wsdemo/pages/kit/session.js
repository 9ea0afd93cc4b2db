/* A WebSocket that keeps itself: it connects again, notices a silent peer, and resumes.

   import { GiveUp, Refused, Session, beside } from "./kit/session.js";

   const session = new Session(beside("ws"), {
     // At every open, before anything that waits goes out. Here `line` speaks at once.
     resume: async (line) => {
       const welcome = await line.request({ type: "hello", token });   // the reply, by its `re`
       if (!welcome.ok) throw new GiveUp("this nickname is taken");    // closed, no other attempt
       line.send({ type: "subscribe", after: last });
     },
     final: (code) => code === 4001,     // codes of the app's own that say "stay away"
   });
   session.addEventListener("message", ({ detail }) => show(detail));  // decoded, without pongs
   session.addEventListener("state", () => console.log(session.state.name));
   session.open();
   session.send({ type: "typing" });                   // now, or when it is open again
   session.send({ type: "input" }, { late: false });   // now or never
   try { await session.request({ type: "members" }); } // an `id` is added
   catch (error) { if (error instanceof Refused) show(error.reply.reason); }

   States: "connecting" (until `resume` has ended), "open", "waiting" (`until`, on the clock
   `session.now()`), "closed" (`code`, `reason`). `retry()` tries at once, from any of them.

   What was sent is not what has arrived: a page keeps what must arrive until it is acknowledged,
   and sends it again in `resume`. Leaves out how the state is shown, which is status.js. */

import { Lost, Refused, Requests } from "./requests.js";
import { Timers } from "./timers.js";

export { Lost, Refused };

export const JSON_TEXT = {
  name: "json",
  encode: (message) => JSON.stringify(message),
  decode: (data) => JSON.parse(data),
};

const DEFAULTS = {
  protocols: [],
  codec: JSON_TEXT,
  resume: async () => {},
  final: () => false,
  ping: () => ({ type: "ping" }),
  first: 500, // milliseconds that the first delay may last; the others are milliseconds, too
  most: 30_000, // what any may last
  steady: 5_000, // how long an open connection must last to end a series of failures
  openTimeout: 10_000,
  interval: 15_000, // of silence, before we ask whether somebody is there
  timeout: 10_000, // for the answer, and for that to any request
  queue: 1_000, // messages that may wait
};

/* What a test replaces. */
const BROWSER = {
  now: () => performance.now(),
  later: (action, delay) => setTimeout(action, delay),
  cancel: (timer) => clearTimeout(timer),
  random: () => Math.random(),
  connect: (uri, protocols) => new WebSocket(uri, protocols),
  network: globalThis,
  page: globalThis.document,
};

const CLOSING = 2; // of WebSocket.readyState, as the standard has it

/* The same as the client in Python gives up on: what the other side doesn't like it would not like
   better the next time, and after 1000 nothing is left to be said. */
const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010, 3000, 3003]);

/* Return the URI of a WebSocket beside the page, so that it works behind a path of a proxy too. */
export function beside(path, base = location.href) {
  const uri = new URL(path, base);
  uri.protocol = uri.protocol === "https:" ? "wss:" : "ws:";
  uri.hash = "";
  return uri.href;
}

/* Thrown by `resume`: another attempt would end the same way. */
export class GiveUp extends Error {}

export class Session extends EventTarget {
  #settings;
  #env;
  #state = { name: "closed", code: null, reason: "" };
  #socket = null;
  #timers;
  #requests;
  #failures = 0;
  #openedAt = null;
  #heardAt = 0;
  #pingedAt = null; // null unless an answer is due
  #queue = [];
  #listening = null;

  constructor(uri, options = {}, env = {}) {
    super();
    this.uri = uri;
    this.rtt = null; // of the last ping, in milliseconds
    this.#settings = { ...DEFAULTS, ...options };
    this.#env = { ...BROWSER, ...env };
    this.#timers = new Timers(this.#env);
    this.#requests = new Requests(this.#timers, (message) => this.#put(message));
  }

  get state() {
    return this.#state;
  }

  /* The subprotocol that the server has chosen; "" if none, or while there is no connection. */
  get protocol() {
    return this.#socket?.protocol ?? "";
  }

  /* How many messages wait for the connection to be open. */
  get queued() {
    return this.#queue.length;
  }

  now() {
    return this.#env.now();
  }

  /* Connect, unless that is under way or done. */
  open() {
    if (this.#state.name === "closed") this.retry();
  }

  /* Try at once, as after a first failure; an open connection is asked whether it lives. */
  retry() {
    this.#listen();
    this.#failures = 0;
    if (this.#state.name === "open") this.#ping();
    else if (this.#state.name !== "connecting") this.#dial();
  }

  /* End for good, until `open` or `retry`. Code: 1000 or 3000 to 4999. */
  close(code = 1000, reason = "") {
    if (this.#state.name !== "closed") this.#stop(code, reason);
  }

  /* Send, or keep until the connection is open; return whether either was done.
     `late: false` is for what is of no use later. */
  send(message, { late = true } = {}) {
    if (this.#state.name === "open" && this.#put(message)) return true;
    if (!late || this.#queue.length >= this.#settings.queue) return false;
    this.#queue.push(message);
    return true;
  }

  /* Send with an id, and return the promise of the message whose `re` it is.
     Rejected with `Refused` (an error came), `Lost`, or `Lost` at once if it isn't open. */
  request(message, { timeout = this.#settings.timeout } = {}) {
    if (this.#state.name !== "open") return Promise.reject(new Lost("there is no connection"));
    return this.#requests.ask(message, timeout);
  }

  #dial() {
    this.#timers.clear();
    this.#become({ name: "connecting", attempt: this.#failures + 1 });
    let socket;
    try {
      socket = this.#env.connect(this.uri, this.#settings.protocols);
    } catch (error) {
      this.#stop(1000, error.message); // the URI or a subprotocol makes no sense
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    // Of a socket that was given up, nothing is heard any more.
    const ours = (action) => (event) => this.#socket === socket && action(event);
    socket.onopen = ours(() => this.#begin(socket));
    socket.onmessage = ours(({ data }) => this.#receive(data));
    socket.onclose = ours(({ code, reason }) => this.#ended(code, reason));
    const late = () => this.#fail("no answer came in time");
    this.#timers.after("open", this.#settings.openTimeout, late);
  }

  async #begin(socket) {
    this.#timers.cancel("open");
    this.#heardAt = this.now();
    this.#timers.after("beat", this.#settings.interval, () => this.#beat());
    const line = {
      send: (message) => this.#socket === socket && this.#put(message),
      request: (message, { timeout = this.#settings.timeout } = {}) =>
        this.#socket === socket
          ? this.#requests.ask(message, timeout)
          : Promise.reject(new Lost("the connection has ended")),
    };
    try {
      await this.#settings.resume(line);
    } catch (error) {
      if (this.#socket !== socket) return;
      if (error instanceof GiveUp) this.#stop(1000, error.message);
      else this.#fail(error.message);
      return;
    }
    if (this.#socket !== socket) return;
    this.#openedAt = this.now();
    this.#become({ name: "open" });
    while (this.#queue.length && this.#socket === socket && this.#put(this.#queue[0]))
      this.#queue.shift();
  }

  /* Send, unless the connection is just ending: then the browser would drop it and complain. */
  #put(message) {
    if (this.#socket.readyState >= CLOSING) return false;
    this.#socket.send(this.#settings.codec.encode(message));
    return true;
  }

  #receive(data) {
    this.#heardAt = this.now();
    let message;
    try {
      message = this.#settings.codec.decode(data);
    } catch {
      this.#fail("the server sent what cannot be read");
      return;
    }
    const pingedAt = this.#pingedAt;
    this.#pingedAt = null;
    if (message.type === "pong") {
      this.rtt = pingedAt === null ? this.rtt : this.now() - pingedAt;
      return;
    }
    this.#requests.answer(message);
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /* TCP doesn't tell when the peer has silently gone, and the browser's API has no ping. */
  #beat() {
    const silence = this.now() - this.#heardAt;
    const { interval } = this.#settings;
    if (silence >= interval) this.#ping();
    else this.#timers.after("beat", interval - silence, () => this.#beat());
  }

  #ping() {
    if (this.#pingedAt !== null) return;
    this.#pingedAt = this.now();
    this.#put(this.#settings.ping());
    this.#timers.after("beat", this.#settings.timeout, () => {
      if (this.#pingedAt !== null) this.#fail("the server does not answer");
      else this.#beat();
    });
  }

  #ended(code, reason) {
    if (FINAL.has(code) || this.#settings.final(code)) this.#stop(code, reason);
    else this.#fail(reason || (code === 1006 ? "the connection was lost" : `closed with ${code}`));
  }

  /* Full jitter: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. */
  #fail(reason) {
    this.#drop(1000, "");
    const { first, most } = this.#settings;
    const delay = this.#env.random() * Math.min(most, first * 2 ** this.#failures);
    this.#failures += 1;
    this.#timers.after("wait", delay, () => this.#dial());
    const until = this.now() + delay;
    this.#become({ name: "waiting", attempt: this.#failures, until, reason });
  }

  #stop(code, reason) {
    this.#drop(code, reason);
    this.#listening?.abort();
    this.#listening = null;
    this.#become({ name: "closed", code, reason });
  }

  /* Have nothing to do with the connection any more, whatever state it is in. */
  #drop(code, reason) {
    const socket = this.#socket;
    const steady = this.#openedAt !== null && this.now() - this.#openedAt >= this.#settings.steady;
    if (steady) this.#failures = 0;
    this.#socket = this.#openedAt = this.#pingedAt = null;
    // The codes below 3000 that a peer has sent are not ours to say.
    const sayable = code === 1000 || (code >= 3000 && code <= 4999);
    socket?.close(...(sayable ? [code, reason] : []));
    this.#requests.lose();
    this.#timers.clear();
  }

  #become(state) {
    this.#state = Object.freeze(state);
    this.dispatchEvent(new Event("state"));
  }

  /* The network is back, or somebody looks at the page again: no reason to wait any longer. */
  #wake() {
    if (this.#state.name === "waiting") this.#dial();
    else if (this.#state.name === "open") this.#ping();
  }

  #listen() {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { network, page } = this.#env;
    network.addEventListener("online", () => this.#wake(), { signal });
    const shown = () => page.visibilityState === "visible" && this.#wake();
    page.addEventListener("visibilitychange", shown, { signal });
  }
}
