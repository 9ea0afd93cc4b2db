/* Asks for what lies in a hole, until there is none.

   const refill = new Refill(market, { ask, note });
   refill.start();           // after every gap; one question at a time, however many gaps there are
   refill.taken(snapshot);   // the market has taken an answer
   refill.stop();            // the connection has ended: a resume fills the hole

   `ask(message)` sends a request and returns the promise of its reply. */

import { Refused } from "./kit/session.js";
import { count } from "./words.js";

/* Milliseconds between two questions. A page that drops messages has a new gap many times a second,
   and the server answers sixteen requests a second at most. */
const PAUSE = 250;

export class Refill {
  #market;
  #ask;
  #note;
  #asking = false;
  #timer = null;

  constructor(market, { ask, note }) {
    this.#market = market;
    this.#ask = ask;
    this.#note = note;
  }

  start() {
    if (!this.#asking && this.#timer === null) this.#question();
  }

  taken({ since, quotes = [] }) {
    this.#asking = false;
    this.#note(`the gap after ${count(since)} is filled: ${count(quotes.length)} newer prices`);
    this.#rest(PAUSE);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#asking = false;
  }

  async #question() {
    this.#timer = null;
    if (!this.#market.hole) return;
    this.#asking = true;
    try {
      await this.#ask({ type: "refresh", since: this.#market.hole.since });
    } catch (error) {
      this.#asking = false;
      // Otherwise the connection is lost, and the next one resumes from before the hole.
      if (error instanceof Refused) this.#rest(1000 * (error.reply.retry_after ?? 1));
    }
  }

  #rest(pause) {
    this.#timer ??= setTimeout(() => this.#question(), pause);
  }
}
