/* Numbers as people read them.

   money(10125)            // "101.25"
   change(10125, 10000)    // { way: "up", mark: "▲", text: "+1.25 %" } */

// One language for digits as for words: the page is in English.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const TWO = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const hundredths = new Intl.NumberFormat("en", TWO);

const WAYS = {
  up: { mark: "▲", sign: "+" },
  down: { mark: "▼", sign: "−" },
  level: { mark: "■", sign: "" },
};

export function money(price) {
  return hundredths.format(price / 100).replace("-", "−");
}

export function count(number) {
  return whole.format(number);
}

/* Say how a price stands to the one at the start: by a shape, a sign, a word and a number. */
export function change(price, open) {
  const way = price > open ? "up" : price < open ? "down" : "level";
  const percent = open === 0 ? 0 : (100 * Math.abs(price - open)) / Math.abs(open);
  const { mark, sign } = WAYS[way];
  return { way, mark, text: `${sign}${hundredths.format(percent)} %` };
}

export function octets(number) {
  return number < 10_000 ? `${whole.format(number)} B` : `${hundredths.format(number / 1000)} kB`;
}

export function milliseconds(number) {
  return number < 10_000 ? `${whole.format(number)} ms` : `${hundredths.format(number / 1000)} s`;
}

/* Say of a quote what a table's row says. */
export function told({ symbol, price, open }) {
  const { way, text } = change(price, open);
  return `${symbol} ${money(price)}, ${way} ${text}`;
}

/* Say in a few sentences how the board stands: for whoever can't watch it. */
export function summary(market, figures, chosen) {
  const ways = { up: 0, down: 0, level: 0 };
  for (const { price, open } of market.quotes.values()) ways[change(price, open).way] += 1;
  const symbols = market.quotes.size === 1 ? "1 symbol" : `${count(market.quotes.size)} symbols`;
  const lag = figures.lag === null ? "" : `, the newest ${milliseconds(figures.lag)} old`;
  return [
    `${symbols}: ${ways.up} up, ${ways.down} down, ${ways.level} level.`,
    chosen && `${told(chosen)}.`,
    `${count(figures.updates)} updates a second${lag}, ${count(market.counts.gaps)} gaps.`,
  ]
    .filter(Boolean)
    .join(" ");
}
