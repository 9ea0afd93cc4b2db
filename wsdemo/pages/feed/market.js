/* What the page knows of the market, made of the server's messages alone.

   const market = new Market();
   market.take(message)              // {members, changed, gap}: what that did
   market.quotes.get("AAB")          // { symbol, price, open, series, … }, in cents
   market.seq                        // up to where it knows everything but what lies in a hole
   market.place                      // { feed, seq }: what a resume needs, or null
   market.hole                       // { since, until } of what was lost and not filled, or null
   market.counts                     // updates, conflated, gaps, snapshots, resumed, begun

   The rules of the numbers stand in `wsdemo.apps.feed.messages`: an `updates` speaks for everything
   after `prev` up to `seq`; a `prev` above what we have is a gap, and what lay in it is asked for
   with `refresh`. A price is a state, so the newest one is right whatever was missed.

   Leaves out the asking, and when: this has no connection and no clock. */

import { matchesAny } from "./pattern.js";
import { Series } from "./series.js";

const HISTORY = 600; // points of a symbol
const GAPS = 50; // that the chart can mark

export class Market {
  quotes = new Map();
  patterns = [];
  feed = null;
  seq = 0;
  hole = null;
  at = null; // when the newest change was due, in milliseconds since the epoch, or null
  since = null; // the same of the first message that had any
  gaps = []; // where they were, on the same clock
  counts = { updates: 0, conflated: 0, gaps: 0, snapshots: 0, resumed: 0, begun: 0 };

  /* From before a hole: if the connection ends before it is filled, a resume fills it. */
  get place() {
    return this.feed === null ? null : { feed: this.feed, seq: this.hole?.since ?? this.seq };
  }

  take(message) {
    const effect = { members: false, changed: [], gap: null };
    if (message.type === "started") this.#started(message, effect);
    else if (message.type === "updates") this.#updates(message, effect);
    else if (message.type === "snapshot") this.#snapshot(message, effect);
    else if (message.type === "subscribed") this.#subscribed(message, effect);
    else if (message.type === "unsubscribed") this.#unsubscribed(message, effect);
    return effect;
  }

  #started({ how, feed, seq, patterns, quotes = [] }, effect) {
    this.patterns = patterns;
    effect.members = true;
    // All after this comes now: what lay in a hole, too.
    this.hole = null;
    this.seq = seq;
    if (how === "resumed") {
      this.counts.resumed += 1;
      return;
    }
    this.counts.begun += 1;
    if (this.feed !== feed) this.quotes.clear();
    this.feed = feed;
    const named = new Set(quotes.map(([symbol]) => symbol));
    for (const symbol of this.quotes.keys()) if (!named.has(symbol)) this.quotes.delete(symbol);
    // Whatever number a quote had: this is the new beginning.
    for (const quote of this.quotes.values()) quote.seq = 0;
    this.#state(quotes, seq, effect);
  }

  #updates({ prev, seq, at, span, conflated = 0, updates = [] }, effect) {
    if (prev > this.seq) this.#gap(prev, effect);
    this.seq = Math.max(seq, this.seq);
    this.counts.updates += updates.length;
    this.counts.conflated += conflated;
    if (updates.length) this.at = at / 1000;
    this.since ??= this.at;
    // Evenly from the oldest to the newest, unless they are the newest of each symbol.
    const step = conflated || updates.length < 2 ? 0 : span / 1000 / (updates.length - 1);
    for (const [number, [symbol, price]] of updates.entries()) {
      const quote = this.quotes.get(symbol);
      // Unsubscribed meanwhile, or overtaken by a snapshot.
      if (!quote || seq < quote.seq) continue;
      Object.assign(quote, { price, seq });
      quote.series.add(this.at - step * (updates.length - 1 - number), price, conflated);
      effect.changed.push(quote);
    }
  }

  #gap(prev, effect) {
    effect.gap = { since: this.seq, until: prev };
    this.hole = { since: this.hole?.since ?? this.seq, until: prev };
    this.counts.gaps += 1;
    if (this.at !== null) this.gaps = [...this.gaps, this.at].slice(-GAPS);
  }

  #snapshot({ since, seq, quotes = [] }, effect) {
    this.counts.snapshots += 1;
    this.seq = Math.max(seq, this.seq);
    // Of two gaps, the second may be later than the answer for the first.
    if (this.hole && since <= this.hole.since && seq >= this.hole.until) this.hole = null;
    this.#state(quotes, seq, effect);
  }

  #subscribed({ seq, patterns, quotes = [] }, effect) {
    this.patterns = patterns;
    effect.members = true;
    this.#state(quotes, seq, effect);
  }

  #unsubscribed({ patterns }, effect) {
    this.patterns = patterns;
    effect.members = true;
    for (const symbol of this.quotes.keys()) {
      if (!matchesAny(patterns, symbol)) this.quotes.delete(symbol);
    }
  }

  /* Take prices over as they are, unless something newer is here. */
  #state(quotes, seq, effect) {
    for (const [symbol, price, open] of quotes) {
      const known = this.quotes.get(symbol);
      if (known && seq < known.seq) continue;
      const quote = known ?? { symbol, series: new Series(HISTORY) };
      Object.assign(quote, { price, open, seq });
      if (this.at !== null) quote.series.add(this.at, price);
      if (!known) effect.members = true;
      this.quotes.set(symbol, quote);
      effect.changed.push(quote);
    }
  }
}
