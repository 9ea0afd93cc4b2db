/* What comes, in numbers; and what happened, in words.

   const figures = new Figures(list, { market, pace });
   figures.count(octets);               // a message came
   figures.taken(updates);              // and was taken
   figures.show();                      // now and then

   const journal = new Journal(list);
   journal.note("resumed from 1,200");  // the newest first, so many and no more */

import { el } from "./kit/dom.js";
import { Rate } from "./rate.js";
import { count, milliseconds, octets } from "./words.js";

const KEPT = 30; // lines of the journal
const SILENCE = 2_000; // milliseconds

export class Figures {
  #places;
  #market;
  #pace;
  #messages = new Rate();
  #octets = new Rate();
  #updates = new Rate();
  #heard = 0;
  #lag = null;

  constructor(list, { market, pace }) {
    const places = [...list.querySelectorAll("[data-fact]")];
    this.#places = new Map(places.map((place) => [place.dataset.fact, place]));
    this.#market = market;
    this.#pace = pace;
  }

  count(size) {
    const now = performance.now();
    this.#heard = now;
    this.#messages.add(now);
    this.#octets.add(now, size);
  }

  taken(updates) {
    this.#updates.add(performance.now(), updates);
    if (updates) this.#lag = this.#age();
  }

  /* How old the newest price was when it was taken, or null; by the clocks of both machines: if
     they differ, so does this. It grows while there must be newer ones: they wait in this page, or
     the server, which speaks at least once a second, is not heard. */
  get lag() {
    const isSilent = performance.now() - this.#heard > SILENCE;
    return this.#lag !== null && (this.#pace.waiting || isSilent) ? this.#age() : this.#lag;
  }

  #age() {
    return Math.max(0, Date.now() - this.#market.at);
  }

  get updates() {
    return this.#updates.perSecond(performance.now());
  }

  show() {
    const now = performance.now();
    const { counts, place } = this.#market;
    this.#put("updates", count(this.updates));
    this.#put("messages", count(this.#messages.perSecond(now)));
    this.#put("octets", octets(this.#octets.perSecond(now)));
    this.#put("lag", this.lag === null ? "–" : milliseconds(this.lag));
    this.#put("conflated", count(counts.conflated));
    this.#put("gaps", count(counts.gaps));
    this.#put("waiting", count(this.#pace.waiting));
    this.#put("seq", place === null ? "–" : count(place.seq));
  }

  #put(name, words) {
    const place = this.#places.get(name);
    if (place.textContent !== words) place.textContent = words;
  }
}

export class Journal {
  #list;

  constructor(list) {
    this.#list = list;
  }

  note(words) {
    const now = new Date();
    const time = el("time", { datetime: now.toISOString() }, now.toTimeString().slice(0, 8));
    this.#list.prepend(el("li", {}, time, words));
    while (this.#list.children.length > KEPT) this.#list.lastChild.remove();
  }
}
