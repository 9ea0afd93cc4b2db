/* The state of a session in words and a shape, and the button that tries again.

   <div id="status"></div>
   import { showStatus } from "./kit/status.js";
   showStatus(session, document.getElementById("status"));
   showStatus(session, element, { words: { open: "Live" } });

   Only the words are a live region. The seconds until the next attempt count down beside them,
   where no screen reader reads them out at every tick. */

import { el, svg } from "./dom.js";

const WORDS = {
  connecting: "Connecting",
  open: "Connected",
  waiting: "Connection lost",
  closed: "Disconnected",
};

/* A disc, a ring with a gap, a triangle, a square: told apart without colour. */
const SHAPES = {
  connecting: () => svg("path", { d: "M13 8a5 5 0 1 1-5-5", class: "stroke" }),
  open: () => svg("circle", { cx: 8, cy: 8, r: 5 }),
  waiting: () => svg("path", { d: "M8 2.5 14 13.5H2Z" }),
  closed: () => svg("rect", { x: 3, y: 3, width: 10, height: 10 }),
};

export function showStatus(session, element, { words = {}, later, cancel } = {}) {
  const said = { ...WORDS, ...words };
  const start = later ?? ((action, ms) => setTimeout(action, ms));
  const stop = cancel ?? ((timer) => clearTimeout(timer));
  const shape = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  const text = el("span", { role: "status" });
  const seconds = el("span", { class: "seconds", "aria-hidden": "true" });
  const button = el("button", { type: "button", class: "small", onclick: () => session.retry() });
  element.classList.add("status");
  element.replaceChildren(shape, text, seconds, button);
  let timer = null;

  const count = () => {
    stop(timer);
    const { name, until } = session.state;
    const left = name === "waiting" ? Math.ceil((until - session.now()) / 1000) : 0;
    seconds.textContent = left > 0 ? `next try in ${left} s` : "";
    if (left > 0) timer = start(count, 1000);
  };

  const show = () => {
    const { name, reason } = session.state;
    const stays = name === "closed" && reason;
    const line = stays ? `${said.closed}: ${reason}` : said[name];
    if (element.dataset.state !== name || text.textContent !== line) {
      element.dataset.state = name;
      shape.replaceChildren(SHAPES[name]());
      text.textContent = line;
    }
    button.hidden = name === "open" || name === "connecting";
    button.textContent = name === "waiting" ? "Try now" : "Connect";
    count();
  };

  session.addEventListener("state", show);
  show();
}
