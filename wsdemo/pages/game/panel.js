/* What stands beside the picture: the switches, what is happening, and the scores.

   preset(byId("network"), new URLSearchParams("lag=300&prediction=off"));
   const switches = switchesOf(byId("network"));       // .prediction, .lag, … as they are now
   const facts = new Facts(byId("facts"), 250);
   facts.show({ rtt: 31, tick: 812, … }, now);   // once in 250 ms: nobody reads faster
   const scores = new Scores(byId("scores"));
   scores.show(players, id);

   The names of the facts are the ids of their places. */

import { el } from "./kit/dom.js";

/* The state of a fieldset's inputs, by their names. */
export function switchesOf(form) {
  const state = {};
  const read = ({ name, type, checked, valueAsNumber }) => {
    if (name) state[name] = type === "checkbox" ? checked : valueAsNumber;
  };
  form.addEventListener("input", ({ target }) => read(target));
  for (const input of form.querySelectorAll("input")) read(input);
  return state;
}

/* Set inputs to what an address says of them: a number, or "off". */
export function preset(form, params) {
  for (const input of form.querySelectorAll("input")) {
    const wanted = params.get(input.name);
    if (wanted === null) continue;
    if (input.type === "checkbox") input.checked = wanted !== "off";
    else input.value = wanted;
  }
}

/* Say beside a slider what it is set to. */
export function labelled(slider, place, unit) {
  const show = () => {
    place.textContent = `${slider.value} ${unit}`;
    slider.setAttribute("aria-valuetext", place.textContent);
  };
  slider.addEventListener("input", show);
  show();
}

/* A key does what a click on a switch does, while the arena has the focus. */
export function shortcuts(canvas, keys) {
  canvas.addEventListener("keydown", (event) => {
    const input = keys[event.code];
    if (input && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey) input.click();
  });
}

export class Facts {
  #list;
  #every;
  #shown = -Infinity;

  constructor(list, every) {
    this.#list = list;
    this.#every = every;
  }

  show(facts, now) {
    if (now - this.#shown < this.#every) return;
    this.#shown = now;
    for (const [name, text] of Object.entries(facts)) {
      const place = this.#list.querySelector(`#${name}`);
      if (place.textContent !== text) place.textContent = text;
    }
  }
}

/* Who leads stands first; of two with as many points who fell less often. */
export class Scores {
  #body;
  #shown = "";

  constructor(body) {
    this.#body = body;
  }

  show(players, own) {
    const ranked = [...players.values()].sort(
      (one, other) => other.score - one.score || one.deaths - other.deaths || one.id - other.id,
    );
    const shown = ranked.map(({ id, name, score, deaths }) => [id, name, score, deaths]);
    const key = JSON.stringify(shown);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#body.replaceChildren(...ranked.map((player) => row(player, player.id === own)));
  }
}

function row({ id, name, score, deaths }, own) {
  return el(
    "tr",
    { class: own ? "own" : null },
    el(
      "th",
      { scope: "row" },
      el("span", { class: "disc", "data-player": id % 8, "aria-hidden": "true" }),
      el("bdi", {}, name),
      own ? el("span", { class: "badge" }, "you") : null,
    ),
    el("td", { class: "figure" }, score),
    el("td", { class: "figure" }, deaths),
  );
}
