/* The game as a client sees it: messages and time in, what to send and what to show out.

   const play = new Play(welcome, switches);        // { prediction, reconciliation, interpolation }
   const news = play.receive(message, now);         // a snapshot; returns what happened to us
   const message = play.press(hand, now);           // once a tick: { move, ax, ay, fire }; or null
   const { me, ghost, others } = play.look(now, part);   // part: of the tick that is under way
   const shots = play.shots(now);                   // those to be shown from now on

   `now` is in milliseconds and always given, so that a test needs no clock. The switches are looked
   at each time, and may change at any. Leaves out connections, keys and pictures. */

import { makeField } from "./field.js";
import { PARTS, Playback, interpolate } from "./interpolate.js";
import { newsOf } from "./news.js";
import { Prediction, reconcile, snap } from "./predict.js";
import { fires, settingOf } from "./rules.js";
import { Snapshots, shotOf } from "./snapshots.js";

/* A step from one tick to the next is shorter than this; what is longer is shown as a jump. */
const GLIDE = 2048;

/* Seconds of inputs that may be unanswered. What goes into a stalled network comes out at once, and
   more of it would be a flood, for which the server sends a page away. */
const AHEAD = 2;

/* Shots that are kept, and ticks after which one is not shown any more: a hidden tab shows none,
   and must neither keep them all nor show them all at once when it is seen again. */
const SHOTS = 256;
const STALE = 15;

export class Play {
  rtt = null; // milliseconds from an input to the snapshot that it is in
  correction = 0; // the last one, in parts
  corrections = 0; // how many there were
  #switches;
  #snapshots = new Snapshots();
  #playback;
  #prediction = null;
  #before = null; // our player as it was a tick ago, as predicted
  #seq;
  #sent = new Map(); // when, by the number of the input
  #shots = [];

  constructor(welcome, switches) {
    this.id = welcome.player;
    this.setting = settingOf(makeField(welcome.field), welcome.rate);
    this.#switches = switches;
    this.#playback = new Playback(welcome.rate);
    this.#seq = welcome.seq;
  }

  get tick() {
    return this.#snapshots.newest?.tick ?? 0;
  }

  get players() {
    return this.#snapshots.newest?.players ?? new Map();
  }

  /* Inputs that were sent, and are not in what the server said last. */
  get pending() {
    return this.#prediction?.pending.length ?? 0;
  }

  /* Our player, as the server says. */
  get confirmed() {
    return this.players.get(this.id) ?? null;
  }

  receive(message, now) {
    const before = this.players;
    const world = this.#snapshots.receive(message);
    if (!world) return [];
    this.#playback.heard(world.tick, now);
    const shots = (message.shots ?? []).map(shotOf);
    for (const shot of shots) this.#keep(shot, world.tick);
    const me = world.players.get(this.id);
    if (me) this.#correct(me, now);
    return newsOf(this.id, before, world.players, shots);
  }

  #correct(me, now) {
    this.#prediction ??= new Prediction(me, this.setting);
    const rises = this.#prediction.player.health === 0 && me.health > 0;
    const moved = this.#prediction.correct(me, this.#switches.reconciliation ? reconcile : snap);
    // Where a player rises is decided, not predicted: no correction, however far it is.
    if (moved && !rises) {
      this.correction = moved;
      this.corrections += 1;
    }
    if (this.#sent.has(me.seq)) this.rtt = now - this.#sent.get(me.seq);
    for (const seq of this.#sent.keys()) if (seq <= me.seq) this.#sent.delete(seq);
  }

  /* Our own shots are shown when we fire, if we predict; the server's word is for the victim. */
  #keep(shot, tick) {
    const own = shot.shooter === this.id;
    if (own && this.#switches.prediction) {
      if (shot.victim) this.#shots.push({ ...shot, moment: 0, heard: true });
    } else {
      this.#shots.push({ ...shot, moment: own ? 0 : tick * PARTS });
    }
    this.#shots = this.#shots.slice(-SHOTS);
  }

  press({ move, ax, ay, fire }, now) {
    if (!this.#prediction) return null;
    if (this.pending >= AHEAD * this.setting.rate) {
      this.#before = null; // it stands: between two ticks there is nothing to glide
      return null;
    }
    const seen = this.#moment(now);
    const wish = { seq: ++this.#seq, move, ax, ay, fire, seen };
    const before = this.#prediction.player;
    const player = this.#prediction.press(wish);
    if (fires(before, wish) && this.#switches.prediction) {
      const { x, y } = player;
      this.#shots.push({ shooter: this.id, x, y, ax: player.ax, ay: player.ay, moment: 0 });
    }
    this.#before = before;
    this.#sent.set(wish.seq, now);
    const { seq } = wish;
    return { type: "input", seq, move, aim: [ax, ay], fire, seen, ack: this.#snapshots.ack };
  }

  look(now, part = 1) {
    const worlds = this.#snapshots.worlds;
    if (!worlds.length) return { me: null, ghost: null, others: [] };
    const { prediction, interpolation } = this.#switches;
    const shown = interpolation ? interpolate(worlds, this.#moment(now)) : this.players;
    const others = [...shown.values()].filter(({ id }) => id !== this.id);
    const { confirmed } = this;
    if (!prediction || !confirmed) return { me: confirmed, ghost: null, others };
    return { me: this.#glided(part), ghost: confirmed, others };
  }

  /* Between the last two ticks, since a screen shows more pictures than there are ticks. */
  #glided(part) {
    const to = this.#prediction.player;
    const from = this.#before ?? to;
    const far = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) > GLIDE;
    if (far) return to;
    return { ...to, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  }

  shots(now) {
    const moment = this.#moment(now);
    const due = this.#shots.filter((shot) => shot.moment <= moment);
    this.#shots = this.#shots.filter((shot) => shot.moment > moment);
    return due.filter((shot) => !shot.moment || shot.moment > moment - STALE * PARTS);
  }

  /* The moment at which we see the others. */
  #moment(now) {
    const newest = this.tick * PARTS;
    return this.#switches.interpolation ? Math.min(this.#playback.moment(now), newest) : newest;
  }
}
