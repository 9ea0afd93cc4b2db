/* What is remembered of one symbol: its last points, so many and no more.

   const series = new Series(480);
   series.add(1200.5, 10125, 3);     // milliseconds, hundredths, prices that were left out
   series.since(0)                   // [{ time, price, skipped }, …], the oldest first

   A ring: when it is full, the newest point takes the place of the oldest. It starts small, because
   most of a thousand symbols change rarely. */

const FIRST = 16;

export class Series {
  #most;
  #points = new Float64Array(3 * FIRST);
  #size = FIRST;
  #next = 0; // where the next point goes
  length = 0;

  constructor(most) {
    this.#most = Math.max(FIRST, most);
  }

  add(time, price, skipped = 0) {
    if (this.length === this.#size && this.#size < this.#most) this.#grow();
    this.#points.set([time, price, skipped], 3 * this.#next);
    this.#next = (this.#next + 1) % this.#size;
    this.length = Math.min(this.length + 1, this.#size);
  }

  /* Return the points from a time on, and the one before: the price that held then. */
  since(from) {
    const found = [];
    for (let back = 1; back <= this.length; back++) {
      const at = 3 * ((this.#next - back + this.#size) % this.#size);
      const [time, price, skipped] = this.#points.subarray(at, at + 3);
      found.push({ time, price, skipped });
      if (time < from) break;
    }
    return found.reverse();
  }

  #grow() {
    // Full, and never more than full: the oldest is the first of the array.
    const size = Math.min(2 * this.#size, this.#most);
    const points = new Float64Array(3 * size);
    points.set(this.#points);
    this.#next = this.#size;
    this.#points = points;
    this.#size = size;
  }
}
