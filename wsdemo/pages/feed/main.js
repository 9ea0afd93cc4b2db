/* The page of the feed: what the parts say to each other. Each part stands in a module of its own.

   session ─▶ link ─▶ pace ─▶ market ─▶ board, chart, figures
                                 └─▶ refill ─▶ link

   Messages are taken one by one, in order; what they change is drawn with the next frame. */

import { Board } from "./board.js";
import { Chart, colours } from "./chart.js";
import { Figures, Journal } from "./figures.js";
import { byId, el, fault } from "./kit/dom.js";
import { Refused } from "./kit/session.js";
import { showStatus } from "./kit/status.js";
import { Link } from "./link.js";
import { Market } from "./market.js";
import { Pace } from "./pace.js";
import { Painter } from "./painter.js";
import { Refill } from "./refill.js";
import { Settings } from "./settings.js";
import { change, count, money, summary, told } from "./words.js";

/* Milliseconds that the charts show: at first what there is to show. */
const FIRST_SPAN = 5_000;
const SPAN = 60_000;
const TICK = 250; // milliseconds between two looks at the figures

const market = new Market();
const journal = new Journal(byId("journal"));
const pace = new Pace(take, { isFree: ({ type }) => type !== "updates", full: caughtUp });
const figures = new Figures(byId("facts"), { market, pace });
const painter = new Painter(draw);
const board = new Board(byId("quotes"), byId("rows"), choose);
const chart = new Chart(byId("chart"));
const refill = new Refill(market, {
  ask: (message) => link.refresh(message),
  note: (words) => journal.note(words),
});
const link = new Link({
  market,
  take: (message) => pace.push(message),
  counted: (octets) => figures.count(octets),
  note: (words) => journal.note(words),
  shown: (session) => showStatus(session, byId("status"), { words: { open: "Live" } }),
  ended: () => {
    pace.clear();
    refill.stop();
  },
});
const settings = new Settings(byId("settings"), { connection: connect, pace: slow });
let palette = colours(document.documentElement);
let chosen = null;

function connect() {
  link.begin(settings.values, settings.patterns);
}

function take(message) {
  const { members, changed, gap } = market.take(message);
  if (message.type === "updates") {
    figures.taken(message.updates?.length ?? 0);
    link.taken();
  }
  if (message.type === "started") began(message);
  if (message.type === "snapshot") refill.taken(message);
  if (gap) {
    journal.note(`a gap: ${count(gap.until - gap.since)} changes of the market did not come`);
    refill.start();
  }
  if (members) showMembers();
  for (const quote of changed) board.mark(quote);
  painter.mark();
}

function began({ how, seq, symbols, rate, quotes = [] }) {
  const moving = rate ? `, ${count(rate)} changes a second` : "";
  const again = market.counts.begun > 1 ? "; started anew" : "";
  const begun = how === "resumed" ? "; resumed without a gap" : again;
  byId("market").textContent = `a market of ${count(symbols)} symbols${moving}${begun}`;
  if (how === "resumed") journal.note(`resumed after change ${count(seq)}: nothing is missing`);
  else journal.note(`started anew: ${count(quotes.length)} prices, as of change ${count(seq)}`);
}

function showMembers() {
  const { quotes, patterns } = market;
  settings.patterns = patterns;
  settings.keep();
  board.setMembers(quotes);
  byId("empty").hidden = quotes.size > 0;
  byId("tally").textContent = `${count(quotes.size)} ${quotes.size === 1 ? "symbol" : "symbols"}`;
  byId("patterns").replaceChildren(...patterns.map(chip));
}

function chip(pattern) {
  const remove = el(
    "button",
    { type: "button", onclick: () => unsubscribe(pattern) },
    el("span", { "aria-hidden": "true" }, "×"),
    el("span", { class: "vh" }, `Unsubscribe ${pattern}`),
  );
  return el("li", { class: "chip" }, el("bdi", {}, pattern), remove);
}

async function subscribe(event) {
  event.preventDefault();
  const input = byId("pattern");
  const pattern = input.value.trim();
  if (!pattern) return;
  if (await asked(() => link.subscribe([pattern]))) input.value = "";
}

async function unsubscribe(pattern) {
  if (await asked(() => link.unsubscribe([pattern]))) byId("pattern").focus();
}

/* Ask the server; say beside the field why it did not do it. */
async function asked(request) {
  fault(byId("pattern"), "");
  try {
    await request();
    return true;
  } catch (error) {
    const reason = error instanceof Refused ? error.reply.reason : error.message;
    fault(byId("pattern"), reason);
    return false;
  }
}

function choose(symbol) {
  chosen = symbol;
  board.choose(symbol);
  byId("symbol").textContent = symbol ?? "–";
  byId("price").textContent = byId("change").textContent = "";
  painter.mark();
}

function draw() {
  const now = market.at ?? Date.now();
  const span = Math.min(SPAN, Math.max(FIRST_SPAN, now - market.since));
  const isLeft = board.paint(now, span, palette);
  drawChosen(now, span);
  if (isLeft) painter.mark();
}

function drawChosen(now, span) {
  const quote = market.quotes.get(chosen);
  const points = quote?.series.since(now - span) ?? [];
  if (quote) {
    const difference = change(quote.price, quote.open);
    byId("price").textContent = money(quote.price);
    byId("change").textContent = `${difference.mark} ${difference.text}`;
    byId("change").dataset.way = difference.way;
    // Nothing has changed since the page was opened: a line from there to now.
    if (!points.length) points.push({ time: now, price: quote.price, skipped: 0 });
  }
  chart.draw(points, { now, span, open: quote?.open ?? 0, gaps: market.gaps, palette });
}

function slow() {
  const { cost } = settings.values;
  pace.cost = cost;
  byId("cost-now").textContent = cost ? `${cost} ms for each message` : "no time for a message";
}

function pause(paused) {
  pace.paused = paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
}

function caughtUp() {
  settings.setCost(0);
  slow();
  pause(false);
  journal.note("too much waited in this page: it is not slow any more");
}

function restyle() {
  palette = colours(document.documentElement);
  board.markAll();
  painter.mark();
}

function tick() {
  if (document.hidden) return;
  figures.show();
  const quote = market.quotes.get(chosen);
  if (quote) byId("chart").setAttribute("aria-label", `Chart of the last minute, ${told(quote)}`);
}

byId("subscribe").addEventListener("submit", subscribe);
byId("pause").addEventListener("click", () => pause(!pace.paused));
byId("summarise").addEventListener("click", () => {
  byId("summary").textContent = summary(market, figures, market.quotes.get(chosen));
});
board.onseen = () => painter.mark();
new ResizeObserver(() => painter.mark()).observe(byId("chart"));
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
  matchMedia(query).addEventListener("change", restyle);
}
setInterval(tick, TICK);
slow();
connect();
