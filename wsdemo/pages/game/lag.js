/* Added lag: a WebSocket whose messages take longer, both ways, and stay in order.

   const socket = lagged(new WebSocket(uri), () => slider.valueAsNumber / 2);   // ms, each way

   The lag may change at any time: no message overtakes the one before it. Leaves out the opening
   handshake, which takes as long as it takes, and `close`: what was sent before goes out at once,
   and nothing is heard any more. */

const BROWSER = {
  now: () => performance.now(),
  later: (action, ms) => setTimeout(action, ms),
};

const OPEN = 1; // WebSocket.OPEN

/* One direction: what comes in goes out later, in the same order. */
class Lane {
  #lag;
  #env;
  #waiting = [];
  #last = 0;

  constructor(lag, env) {
    this.#lag = lag;
    this.#env = env;
  }

  /* Without lag and behind nobody, an action is done at once. */
  put(action) {
    const now = this.#env.now();
    const due = Math.max(this.#last, now + this.#lag());
    this.#last = due;
    if (due <= now && !this.#waiting.length) {
      action();
      return;
    }
    this.#waiting.push(action);
    this.#env.later(() => this.#waiting.shift()?.(), due - now);
  }

  /* Do now what was to be done later. */
  flush() {
    while (this.#waiting.length) this.#waiting.shift()();
  }

  forget() {
    this.#waiting = [];
  }
}

/* Return what looks like the socket, as far as a session looks at it. */
export function lagged(socket, lag, env = {}) {
  const settings = { ...BROWSER, ...env };
  const up = new Lane(lag, settings);
  const down = new Lane(lag, settings);
  const slow = {
    onopen: null,
    onmessage: null,
    onclose: null,
    get protocol() {
      return socket.protocol;
    },
    get readyState() {
      return socket.readyState;
    },
    set binaryType(kind) {
      socket.binaryType = kind;
    },
    // A socket that closes, by now, takes nothing more, and complains.
    send: (data) => up.put(() => socket.readyState === OPEN && socket.send(data)),
    close: (...codeAndReason) => {
      up.flush();
      down.forget();
      socket.close(...codeAndReason);
    },
  };
  socket.onopen = (event) => slow.onopen?.(event);
  socket.onmessage = (event) => down.put(() => slow.onmessage?.(event));
  socket.onclose = (event) => down.put(() => slow.onclose?.(event));
  return slow;
}
