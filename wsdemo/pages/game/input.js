/* What the player's hands do: keys, a mouse, a thumb on the stick and one on the button.

   const hand = new Hand({ canvas, stick, button });
   hand.wish({ me, others }, toField, field);       // { move, ax, ay, fire }, once a tick

   Keys are the arena's while it has the focus, and nobody else's. What was pressed and let go
   between two ticks counts for one. A mouse aims at where it points; keys and the stick aim where
   they lead, and are helped. */

import { aimed, headingOf, headingOfStick, helped } from "./aim.js";
import { HEADINGS } from "./rules.js";

const KEYS = {
  ArrowLeft: "left",
  KeyA: "left",
  ArrowRight: "right",
  KeyD: "right",
  ArrowUp: "up",
  KeyW: "up",
  ArrowDown: "down",
  KeyS: "down",
  Space: "fire",
};

/* Of the stick's half width: how far the knob goes. */
const REACH = 0.6;

export class Hand {
  #held = new Set();
  #tapped = new Set();
  #mouse = null; // where it points, in CSS pixels of the canvas; null while it does not aim
  #stick = [0, 0];
  #facing = [127, 0];

  constructor({ canvas, stick, button }) {
    this.#listenToKeys(canvas);
    this.#listenToMouse(canvas);
    this.#listenToStick(stick);
    this.#listenToButton(button);
  }

  wish({ me, others }, toField, field) {
    const move = this.#move();
    if (move) this.#facing = HEADINGS[move].map((part) => part * 127);
    if (Math.hypot(...this.#stick) > 0) this.#facing = aimed(...this.#stick);
    const [ax, ay] = this.#aim(me, others, toField, field);
    const fire = this.#pressed("fire");
    this.#tapped.clear();
    return { move, ax, ay, fire };
  }

  #move() {
    const on = (name) => (this.#pressed(name) ? 1 : 0);
    const byKeys = headingOf(on("right") - on("left"), on("down") - on("up"));
    return byKeys || headingOfStick(...this.#stick);
  }

  #aim(me, others, toField, field) {
    if (!this.#mouse) return helped(me, others, this.#facing, field);
    const [x, y] = toField(...this.#mouse);
    return aimed(x - me.x, y - me.y);
  }

  #pressed(name) {
    return this.#held.has(name) || this.#tapped.has(name);
  }

  #press(name) {
    this.#held.add(name);
    this.#tapped.add(name);
  }

  #listenToKeys(canvas) {
    canvas.addEventListener("keydown", (event) => {
      const name = KEYS[event.code];
      if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (name === "fire") this.#mouse = null;
      this.#press(name);
    });
    canvas.addEventListener("keyup", (event) => this.#held.delete(KEYS[event.code]));
    canvas.addEventListener("blur", () => this.#held.clear());
  }

  #listenToMouse(canvas) {
    const point = (event) => {
      if (event.pointerType === "mouse") this.#mouse = [event.offsetX, event.offsetY];
    };
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", (event) => {
      point(event);
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#press("fire");
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(kind, () => this.#held.delete("fire"));
    }
    canvas.addEventListener("pointerleave", () => (this.#mouse = null));
  }

  #listenToStick(stick) {
    const knob = stick.firstElementChild;
    const push = (x, y) => {
      this.#stick = [x, y];
      if (x || y) this.#mouse = null;
      const way = (REACH * stick.clientWidth) / 2;
      knob.style.translate = `${x * way}px ${y * way}px`;
    };
    const follow = (event) => {
      if (!stick.hasPointerCapture(event.pointerId)) return;
      const { left, top, width, height } = stick.getBoundingClientRect();
      const x = ((event.clientX - left) / width - 0.5) * 2;
      const y = ((event.clientY - top) / height - 0.5) * 2;
      const length = Math.max(1, Math.hypot(x, y) / REACH);
      push(x / REACH / length, y / REACH / length);
    };
    stick.addEventListener("pointerdown", (event) => {
      stick.setPointerCapture(event.pointerId);
      follow(event);
    });
    stick.addEventListener("pointermove", follow);
    stick.addEventListener("lostpointercapture", () => push(0, 0));
  }

  #listenToButton(button) {
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      this.#press("fire");
    });
    button.addEventListener("lostpointercapture", () => this.#held.delete("fire"));
    // From the keyboard, or from a screen reader, a press is a click and has no length.
    button.addEventListener("click", (event) => event.detail === 0 && this.#tapped.add("fire"));
  }
}
