/* Prediction and reconciliation. The same as apps/game/predict.py and reconcile.py.

   const prediction = new Prediction(player, setting);
   prediction.press(wish);                    // at once, by the server's own rules
   prediction.correct(player, reconcile);     // what a snapshot says; returns how far it moved us

   `snap` in the place of `reconcile` believes the server and replays nothing: each snapshot puts
   the player back by a round trip, the rubber band. */

import { advance } from "./rules.js";

/* Inputs that are kept: half a minute at 30 ticks a second. */
const MOST = 1024;

/* Replay the inputs that the server has not applied; return the player and what is pending. */
export function reconcile(player, pending, setting) {
  const { still } = snap(player, pending);
  return { player: still.reduce((at, wish) => advance(at, wish, setting), player), still };
}

export function snap(player, pending) {
  return { player, still: pending.filter((wish) => wish.seq > player.seq) };
}

export class Prediction {
  pending = [];
  #setting;

  constructor(player, setting) {
    this.player = player;
    this.#setting = setting;
  }

  press(wish) {
    this.pending = [...this.pending, wish].slice(-MOST);
    this.player = advance(this.player, wish, this.#setting);
    return this.player;
  }

  /* Return how far the predicted player is moved, in parts: the greater of both directions. */
  correct(player, believe = reconcile) {
    const before = this.player;
    const believed = believe(player, this.pending, this.#setting);
    this.player = believed.player;
    this.pending = believed.still;
    return Math.max(Math.abs(this.player.x - before.x), Math.abs(this.player.y - before.y));
  }
}
