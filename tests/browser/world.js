/* A world for kit/session.js in which nothing happens by itself: clock, timers, chance, sockets.

   const { session, world } = await begun({ resume });    // connected, and resumed
   world.advance(500);                                    // timers run in their order
   world.socket.say({ type: "news" });                    // the newest socket */

import { Session } from "./kit/session.js";

export class FakeSocket extends EventTarget {
  sent = [];
  closed = null;
  protocol = "";

  constructor(uri, protocols) {
    super();
    Object.assign(this, { uri, protocols });
  }

  send(data) {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  close(...args) {
    this.closed = args;
  }

  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  end(code, reason = "") {
    this.onclose({ code, reason });
  }
}

export class World {
  time = 0;
  chance = 0.5;
  sockets = [];
  timers = new Map();
  network = new EventTarget();
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  #last = 0;

  get env() {
    return {
      now: () => this.time,
      later: (action, delay) => {
        this.timers.set(++this.#last, { at: this.time + delay, action });
        return this.#last;
      },
      cancel: (timer) => this.timers.delete(timer),
      random: () => this.chance,
      connect: (uri, protocols) => {
        this.sockets.push(new FakeSocket(uri, protocols));
        return this.sockets.at(-1);
      },
      network: this.network,
      page: this.page,
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  advance(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= end);
      if (!due.length) break;
      const [timer, { at, action }] = due.reduce((one, two) => (two[1].at < one[1].at ? two : one));
      this.timers.delete(timer);
      this.time = Math.max(this.time, at);
      action();
    }
    this.time = end;
  }

  /* Accept the newest connection, and let what awaits something go on. */
  async accept() {
    this.socket.onopen();
    await settled();
  }

  show(visibility) {
    this.page.visibilityState = visibility;
    this.page.dispatchEvent(new Event("visibilitychange"));
  }
}

/* Microtasks come before the next task, however many there are. */
export function settled() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}

export function made(options = {}) {
  const world = new World();
  const session = new Session("ws://test/ws", options, world.env);
  const states = [];
  session.addEventListener("state", () => states.push(session.state.name));
  return { session, world, states };
}

export async function begun(options = {}) {
  const all = made(options);
  all.session.open();
  await all.world.accept();
  return all;
}
