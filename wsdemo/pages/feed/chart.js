/* Prices drawn on canvas: the sparkline of a row, and the chart of the chosen symbol.

   const chart = new Chart(canvas);
   chart.draw(points, { now, span: 60_000, open: 10000, gaps: [time, …], palette });
   drawSparkline(canvas, 96, points, { now, span: 60_000, palette });   // colours(document.body)

   A price holds until the next one: the line goes in steps. Below it stands a tick for every update
   that came, a long one where the server left prices out on the way. Colours are the style sheet's:
   custom properties, read again when the theme changes. */

import { money } from "./words.js";

const NAMES = ["ink", "soft", "line", "good", "bad", "warn", "accent", "card"];
const MARGIN = { top: 14, right: 70, bottom: 30, left: 2 };
const SPARK = 28; // height, as in feed.css
const RUG = 5; // height of a tick
const EDGE = 20; // half a label
const APART = 56; // from one time to the next
const STEPS = [1_000, 2_000, 5_000, 10_000, 20_000];
const LABEL = 17; // a line of text
const TALL = 12; // where prices were left out
const LABELS = "11px ui-sans-serif, system-ui, sans-serif";

/* Return the colours that hold for an element now, by the names of kit.css. */
export function colours(element) {
  const style = getComputedStyle(element);
  const forced = matchMedia("(forced-colors: active)").matches;
  const colour = (name) => (forced ? "CanvasText" : style.getPropertyValue(`--${name}`).trim());
  const palette = Object.fromEntries(NAMES.map((name) => [name, colour(name)]));
  return forced ? { ...palette, line: "GrayText", card: "Canvas" } : palette;
}

/* Fit a canvas to the screen's pixels; return its context, one unit a CSS pixel. */
function prepared(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting either makes a new bitmap, so only when it has changed.
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/* Draw the steps from price to price, up to the right edge. */
function trace(context, points, x, y, right) {
  context.beginPath();
  points.forEach(({ time, price }, number) => {
    if (number === 0) context.moveTo(x(time), y(price));
    else {
      context.lineTo(x(time), y(points[number - 1].price));
      context.lineTo(x(time), y(price));
    }
  });
  context.lineTo(right, y(points.at(-1).price));
  context.stroke();
}

function extent(points) {
  const prices = points.map((point) => point.price);
  return [Math.min(...prices), Math.max(...prices)];
}

/* The width is given: to ask the canvas for it would cost a layout for each row. */
export function drawSparkline(canvas, width, points, { now, span, palette }) {
  const context = prepared(canvas, width, SPARK);
  if (points.length === 0) return;
  const [low, high] = extent(points);
  const x = (time) => Math.max(0, width - 3 - ((now - time) / span) * (width - 3));
  const share = (price) => (low === high ? 0.5 : (price - low) / (high - low));
  const y = (price) => 3 + (1 - share(price)) * (SPARK - 6);
  context.lineWidth = 1;
  context.lineJoin = "round";
  context.strokeStyle = palette.soft;
  trace(context, points, x, y, width - 3);
  context.fillStyle = palette.ink;
  context.beginPath();
  context.arc(width - 3, y(points.at(-1).price), 1.5, 0, 2 * Math.PI);
  context.fill();
}

/* Return the prices of the grid: round ones, three to six of them. */
export function gridPrices(low, high) {
  const rough = Math.max(1, (high - low) / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const prices = [];
  for (let price = Math.ceil(low / step) * step; price <= high; price += step) prices.push(price);
  return prices;
}

/* Return the lowest and the highest price of the picture. */
function range(points, open) {
  let [low, high] = extent(points);
  // The opening price belongs into it, unless that would flatten everything else.
  const reach = Math.max(high - low, 4);
  if (open >= low - reach && open <= high + reach) {
    [low, high] = [Math.min(low, open), Math.max(high, open)];
  }
  const margin = Math.max(2, (high - low) * 0.12);
  return [low - margin, high + margin];
}

export class Chart {
  #canvas;
  #context = null;
  #palette = {};

  constructor(canvas) {
    this.#canvas = canvas;
  }

  draw(points, { now, span, open, palette, gaps = [] }) {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#context = prepared(this.#canvas, clientWidth, clientHeight);
    this.#palette = palette;
    if (points.length === 0) return;
    const plot = this.#plot(points, now, span, open);
    this.#prices(plot, points.at(-1).price);
    this.#times(plot, now, span);
    this.#opening(plot, open);
    this.#gaps(plot, gaps);
    this.#line(plot, points);
    this.#rug(plot, points);
    this.#last(plot, points.at(-1).price, open);
  }

  #plot(points, now, span, open) {
    const right = this.#canvas.clientWidth - MARGIN.right;
    const bottom = this.#canvas.clientHeight - MARGIN.bottom;
    const floor = bottom - TALL - 4;
    const [low, high] = range(points, open);
    const x = (time) => right - ((now - time) / span) * (right - MARGIN.left);
    const y = (price) => floor - ((price - low) / (high - low)) * (floor - MARGIN.top);
    return { right, bottom, low, high, x, y };
  }

  #prices({ right, bottom, low, high, y }, last) {
    const context = this.#context;
    context.font = LABELS;
    context.lineWidth = 1;
    for (const price of gridPrices(low, high)) {
      const at = Math.round(y(price)) + 0.5; // on a row of pixels, not between two
      this.#hair(MARGIN.left, at, right, at, this.#palette.line);
      // Where the newest price stands is no room for another.
      if (Math.abs(at - y(last)) > LABEL) this.#label(money(price), right + 10, at);
    }
    this.#hair(MARGIN.left, bottom + 0.5, right, bottom + 0.5, this.#palette.line);
  }

  #times({ right, bottom, x }, now, span) {
    const most = Math.min(5, Math.floor((right - MARGIN.left) / APART));
    const step = STEPS.find((step) => step >= span / most) ?? span;
    for (let age = step; age <= span; age += step) {
      const at = x(now - age);
      const align = at < EDGE ? "left" : "center";
      this.#label(`−${age / 1000} s`, Math.max(at, MARGIN.left), bottom + 15, align);
    }
    this.#label("newest", right, bottom + 15, "right");
  }

  #label(words, x, y, align = "left", colour = this.#palette.soft) {
    const context = this.#context;
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }

  #hair(x1, y1, x2, y2, colour, dashes = []) {
    const context = this.#context;
    context.strokeStyle = colour;
    context.setLineDash(dashes);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
  }

  #opening({ right, low, high, y }, open) {
    if (open < low || open > high) return;
    const at = Math.round(y(open)) + 0.5;
    this.#hair(MARGIN.left, at, right, at, this.#palette.soft, [1, 4]);
  }

  #gaps({ bottom, right, x }, gaps) {
    for (const time of gaps) {
      const at = Math.round(x(time)) + 0.5;
      if (at < MARGIN.left || at > right) continue;
      this.#hair(at, MARGIN.top, at, bottom, this.#palette.accent, [3, 3]);
    }
  }

  #line({ right, bottom, x, y }, points) {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(MARGIN.left, 0, right - MARGIN.left, bottom);
    context.clip(); // the point before the first belongs to the line and lies outside
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    context.strokeStyle = this.#palette.ink;
    trace(context, points, x, y, right);
    context.restore();
  }

  #rug({ bottom, x }, points) {
    const context = this.#context;
    context.lineWidth = 1;
    for (const { time, skipped } of points) {
      const at = Math.round(x(time)) + 0.5;
      const [colour, height] = skipped ? [this.#palette.warn, TALL] : [this.#palette.soft, RUG];
      if (at >= MARGIN.left) this.#hair(at, bottom - height, at, bottom, colour);
    }
  }

  #last({ right, y }, price, open) {
    const context = this.#context;
    const { good, bad, ink, card } = this.#palette;
    const at = Math.round(y(price)) + 0.5;
    const colour = price > open ? good : price < open ? bad : ink;
    this.#hair(MARGIN.left, at, right, at, colour, [2, 3]);
    context.fillStyle = colour;
    context.beginPath();
    context.arc(right, at, 3, 0, 2 * Math.PI);
    context.fill();
    context.fillRect(right + 6, at - 9, MARGIN.right - 6, 18);
    this.#label(money(price), right + 10, at + 0.5, "left", card);
  }
}
