/* A page that takes its time: it takes messages as they come, or one in so many milliseconds.

   const pace = new Pace((message) => show(message), { isFree: (message) => "re" in message });
   pace.push(message);               // taken at once, unless others wait
   pace.cost = 200;                  // milliseconds for each from now on
   pace.paused = true;               // takes nothing until it is false again
   pace.clear();                     // what waits is of no use any more

   A browser reads a WebSocket as fast as it can, whatever the page does, and has no way to tell the
   server that the page can't follow. So what is slow here is the taking, without keeping the page
   from anything else, and the server learns of it from acknowledgements, which are sent when a
   message is taken. Without those, this queue is where everything piles up: it is bounded, and when
   it is full the page stops being slow, which `full` is told. */

const MOST = 2000; // messages

export class Pace {
  #take;
  #isFree;
  #full;
  #queue = [];
  #timer = null;
  #cost = 0;
  #paused = false;

  constructor(take, { isFree = () => false, full = () => {} } = {}) {
    this.#take = take;
    this.#isFree = isFree;
    this.#full = full;
  }

  get waiting() {
    return this.#queue.length;
  }

  get cost() {
    return this.#cost;
  }

  set cost(milliseconds) {
    this.#cost = milliseconds;
    this.#restart();
  }

  get paused() {
    return this.#paused;
  }

  set paused(paused) {
    this.#paused = paused;
    this.#restart();
  }

  push(message) {
    this.#queue.push(message);
    if (this.#queue.length > MOST) {
      this.#cost = 0;
      this.#paused = false;
      this.#restart();
      this.#full();
    } else if (this.#timer === null) this.#go();
  }

  clear() {
    this.#queue = [];
    this.#restart();
  }

  #restart() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#go();
  }

  /* Take what is free, and else one for each cost; then wait until it is paid. */
  #go() {
    while (!this.#paused && this.#queue.length) {
      const message = this.#queue.shift();
      const pays = this.#cost > 0 && !this.#isFree(message);
      // Before it is taken: taking it may clear the queue, or change the cost.
      if (pays) this.#timer = setTimeout(() => this.#restart(), this.#cost);
      this.#take(message);
      if (pays) return;
    }
  }
}
