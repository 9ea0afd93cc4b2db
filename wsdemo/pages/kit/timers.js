/* Timers by name: a new one takes the place of the old one, and all can be stopped at once.

   const timers = new Timers({ later, cancel });     // as setTimeout and clearTimeout
   timers.after("beat", 15_000, () => ...); */

export class Timers {
  #env;
  #running = new Map();

  constructor(env) {
    this.#env = env;
  }

  after(name, delay, action) {
    this.cancel(name);
    const run = () => {
      this.#running.delete(name);
      action();
    };
    this.#running.set(name, this.#env.later(run, delay));
  }

  cancel(name) {
    if (!this.#running.has(name)) return;
    this.#env.cancel(this.#running.get(name));
    this.#running.delete(name);
  }

  clear() {
    for (const name of [...this.#running.keys()]) this.cancel(name);
  }
}
