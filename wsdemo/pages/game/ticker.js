/* Time into ticks, and events into rates.

   const ticker = new Ticker(30);
   for (let due = ticker.due(now); due > 0; due -= 1) tick();
   ticker.part                                // of the tick that is under way, 0 to 1

   const meter = new Meter(1000);             // over the last second
   meter.add(412, now);
   meter.rate(now);                           // per second */

/* Ticks that are caught up with. What a page missed for longer, as in a hidden tab, is missed. */
const MOST = 5;

export class Ticker {
  part = 0;
  #length;
  #last = null;

  constructor(rate) {
    this.#length = 1000 / rate;
  }

  due(now) {
    this.#last ??= now;
    const ticks = Math.floor((now - this.#last) / this.#length);
    if (ticks > MOST) this.#last = now;
    else this.#last += ticks * this.#length;
    this.part = Math.min(1, (now - this.#last) / this.#length);
    return Math.min(ticks, MOST);
  }
}

export class Meter {
  #window;
  #events = [];

  constructor(window) {
    this.#window = window;
  }

  add(amount, now) {
    this.#events.push({ amount, now });
    this.#forget(now);
  }

  rate(now) {
    this.#forget(now);
    const sum = this.#events.reduce((total, { amount }) => total + amount, 0);
    return (sum * 1000) / this.#window;
  }

  #forget(now) {
    while (this.#events.length && this.#events[0].now <= now - this.#window) this.#events.shift();
  }
}
