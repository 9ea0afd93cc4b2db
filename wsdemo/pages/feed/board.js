/* The table of symbols: a row each, with a button that chooses it for the chart.

   const board = new Board(tbody, scroller, (symbol) => show(symbol));
   board.setMembers(market.quotes);        // some came, some went
   board.mark(quote);                      // its price has changed
   board.paint(market.at, span, palette)   // in a frame; true if something is left for the next
   board.choose("AAB");

   Of a thousand rows some twenty can be seen. Those are drawn in every frame in which they changed;
   the others get their numbers a few at a time, because a screen reader reads them too. One Tab
   stop for all: the arrow keys, Page Up and Down, Home and End go from row to row. */

import { drawSparkline } from "./chart.js";
import { el } from "./kit/dom.js";
import { change, money } from "./words.js";

const UNSEEN = 40; // rows out of sight that a frame may bring up to date
const KEYS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 };

export class Board {
  #body;
  #onChoose;
  #rows = new Map(); // by symbol, in the order of the table
  #dirty = new Set();
  #observer;
  #chosen = null;
  #width = 96; // of a sparkline, in CSS pixels

  constructor(body, scroller, onChoose) {
    this.#body = body;
    this.#onChoose = onChoose;
    const options = { root: scroller, rootMargin: "80px" };
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), options);
    this.onseen = () => {}; // something has come into sight and is not drawn
    new ResizeObserver(() => this.#resize()).observe(scroller);
    body.addEventListener("click", (event) => this.#click(event));
    body.addEventListener("keydown", (event) => this.#key(event));
  }

  setMembers(quotes) {
    const held = this.#body.contains(document.activeElement);
    const isKnown = (symbol) => this.#rows.has(symbol);
    const isSame = quotes.size === this.#rows.size && [...quotes.keys()].every(isKnown);
    const rows = new Map();
    for (const symbol of [...quotes.keys()].sort()) {
      const quote = quotes.get(symbol);
      const row = this.#rows.get(symbol) ?? this.#row(symbol);
      rows.set(symbol, Object.assign(row, { quote }));
      this.#dirty.add(row);
    }
    for (const [symbol, row] of this.#rows) if (!rows.has(symbol)) this.#forget(row);
    this.#rows = rows;
    if (isSame) return;
    this.#body.replaceChildren(...[...rows.values()].map((row) => row.element));
    this.#resize();
    if (!rows.has(this.#chosen)) this.#onChoose(rows.keys().next().value ?? null);
    else this.choose(this.#chosen);
    if (held) this.#rows.get(this.#chosen)?.button.focus();
  }

  mark(quote) {
    const row = this.#rows.get(quote.symbol);
    if (row) this.#dirty.add(row);
  }

  /* Everything, because the colours have changed. */
  markAll() {
    for (const row of this.#rows.values()) this.#dirty.add(row);
  }

  paint(now, span, palette) {
    let unseen = UNSEEN;
    for (const row of this.#dirty) {
      if (!row.visible && unseen-- <= 0) continue;
      this.#dirty.delete(row);
      this.#write(row);
      if (row.visible) {
        const points = row.quote.series.since(now - span);
        drawSparkline(row.canvas, this.#width, points, { now, span, palette });
      }
    }
    return this.#dirty.size > 0;
  }

  choose(symbol) {
    for (const name of [this.#chosen, symbol]) {
      const row = this.#rows.get(name);
      row?.element.classList.toggle("chosen", name === symbol);
      row?.button.toggleAttribute("aria-current", name === symbol);
      if (name === symbol) row?.button.setAttribute("aria-current", "true");
      if (row) row.button.tabIndex = name === symbol ? 0 : -1;
    }
    this.#chosen = symbol;
  }

  #row(symbol) {
    const button = el("button", { type: "button", tabindex: -1 }, el("bdi", {}, symbol));
    const cell = { role: "cell" }; // said, because feed.css doesn't lay them out as a table
    const price = el("td", { ...cell, class: "figure price" });
    const mark = el("span", { class: "mark", "aria-hidden": "true" });
    const percent = el("span", {});
    const word = el("span", { class: "vh" });
    const changed = el("td", { ...cell, class: "figure change" }, mark, " ", percent, " ", word);
    const canvas = el("canvas", { class: "spark", "aria-hidden": "true" });
    const name = el("th", { role: "rowheader", scope: "row" }, button);
    const drawn = el("td", cell, canvas);
    const element = el("tr", { role: "row" }, name, price, changed, drawn);
    element.dataset.symbol = symbol;
    this.#observer.observe(element);
    return { element, button, price, changed, mark, percent, word, canvas, visible: false };
  }

  #forget(row) {
    this.#observer.unobserve(row.element);
    this.#dirty.delete(row);
  }

  #write({ quote, price, changed, mark, percent, word }) {
    const difference = change(quote.price, quote.open);
    put(price, money(quote.price));
    put(percent, difference.text);
    if (changed.dataset.way === difference.way) return;
    changed.dataset.way = difference.way;
    put(mark, difference.mark);
    put(word, difference.way);
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.get(target.dataset.symbol);
      if (!row) continue;
      row.visible = isIntersecting;
      if (isIntersecting) this.#dirty.add(row);
      else row.canvas.width = 0; // gives its memory back
    }
    if (this.#dirty.size) this.onseen();
  }

  #resize() {
    const first = this.#rows.values().next().value;
    const width = first?.canvas.clientWidth ?? 0;
    if (!width || width === this.#width) return;
    this.#width = width;
    this.markAll();
    this.onseen();
  }

  #click(event) {
    const row = event.target.closest("tr");
    if (row) this.#onChoose(row.dataset.symbol);
  }

  #key(event) {
    const step = KEYS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const symbols = [...this.#rows.keys()];
    const at = symbols.indexOf(event.target.closest("tr").dataset.symbol) + step;
    const symbol = symbols[Math.min(Math.max(at, 0), symbols.length - 1)];
    this.#onChoose(symbol);
    this.#rows.get(symbol).button.focus();
  }
}

/* A node's text, if it is another one: what is not changed need not be laid out again. */
function put(node, words) {
  if (node.textContent !== words) node.textContent = words;
}
