/* How much there was in the last second.

   const rate = new Rate();
   rate.add(performance.now(), 48);      // 48 of something, now
   rate.perSecond(performance.now())

   Ten slots of a tenth of a second: what is counted costs no memory, however much it is. */

const SLOTS = 10;
const SLOT = 100; // milliseconds

export class Rate {
  #counts = new Float64Array(SLOTS);
  #slot = 0; // the number of the newest slot, since the beginning of time
  total = 0;

  add(now, count = 1) {
    this.#turn(now);
    this.#counts[this.#slot % SLOTS] += count;
    this.total += count;
  }

  perSecond(now) {
    this.#turn(now);
    return this.#counts.reduce((sum, count) => sum + count, 0) * (1000 / (SLOTS * SLOT));
  }

  #turn(now) {
    const slot = Math.floor(now / SLOT);
    const passed = Math.min(slot - this.#slot, SLOTS);
    for (let number = 0; number < passed; number++) this.#counts[(slot - number) % SLOTS] = 0;
    this.#slot = Math.max(slot, this.#slot);
  }
}
