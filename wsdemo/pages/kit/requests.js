/* Requests that wait for their replies: a request has an `id`, the reply has it as `re`.

   Used by session.js, which has the connection. */

/* The reply to a request was an error; it is in `reply`. */
export class Refused extends Error {
  constructor(reply) {
    super(reply.reason ?? reply.code);
    this.reply = reply;
  }
}

/* The connection ended, or time did, before the reply came: it may have been carried out or not. */
export class Lost extends Error {}

export class Requests {
  #timers;
  #send;
  #waiting = new Map();
  #last = 0;

  constructor(timers, send) {
    this.#timers = timers;
    this.#send = send;
  }

  /* Send with an id; return the promise of the reply. `timeout` is in milliseconds. */
  ask(message, timeout) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const late = () => this.#take(id)?.reject(new Lost("no reply came in time"));
      this.#timers.after(`reply ${id}`, timeout, late);
      this.#send({ ...message, id });
    });
  }

  /* Take a message for a reply, if it is one. */
  answer(message) {
    const request = this.#take(message.re);
    if (message.type === "error") request?.reject(new Refused(message));
    else request?.resolve(message);
  }

  /* No reply will come any more. */
  lose() {
    for (const id of [...this.#waiting.keys()]) {
      this.#take(id).reject(new Lost("the connection was lost before the reply came"));
    }
  }

  #take(id) {
    const request = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#timers.cancel(`reply ${id}`);
    return request;
  }
}
