/* Interpolation: the others, where they were a little while ago, between two known places.
   `interpolate` and `between` are the same as in apps/game/interpolate.py.

   const playback = new Playback(rate);
   playback.heard(tick, now);                            // at every snapshot; now in milliseconds
   const moment = playback.moment(now);                  // in sixteenths of a tick
   const players = interpolate(worlds, moment);          // a Map by id */

export const PARTS = 16;

/* Milliseconds by which the others are shown late: three ticks at 30 a second, so that two
   snapshots may be late. */
export const DELAY = 100;

/* How much of a deviation is taken over at each snapshot, and ticks from which all of it is. */
const SHARE = 1 / 8;
const JUMP = 15;

/* The players at a moment. Worlds: the oldest first, one at least; gaps are allowed. */
export function interpolate(worlds, moment) {
  const found = worlds.findIndex(({ tick }) => tick * PARTS > moment);
  const after = found < 0 ? worlds.length : found;
  if (after === 0 || after === worlds.length) return worlds[Math.max(0, after - 1)].players;
  const [old, next] = [worlds[after - 1], worlds[after]];
  const part = moment - old.tick * PARTS;
  const whole = (next.tick - old.tick) * PARTS;
  const players = new Map();
  for (const [id, player] of old.players) {
    players.set(id, between(player, next.players.get(id) ?? player, part, whole));
  }
  return players;
}

/* A player on the straight line between two of its states. Who lay still, or fell in between, does
   not glide: it may rise at the other end of the field. */
export function between(old, next, part, whole) {
  if (old.health === 0 || old.deaths !== next.deaths) return old;
  return {
    ...old,
    x: old.x + Math.floor(((next.x - old.x) * part) / whole),
    y: old.y + Math.floor(((next.y - old.y) * part) / whole),
  };
}

/* Which moment is to be shown: the server's time as far as the snapshots tell it, less the
   delay. An average that follows soon, since the lag may be switched while we play. */
export class Playback {
  #perMs;
  #ahead = null; // the newest tick, had it just come, minus our clock; both in sixteenths
  #shown = 0;

  constructor(rate) {
    this.#perMs = (rate * PARTS) / 1000;
  }

  heard(tick, now) {
    const ahead = tick * PARTS - now * this.#perMs;
    const off = this.#ahead === null ? Infinity : Math.abs(ahead - this.#ahead);
    if (off > JUMP * PARTS) {
      this.#ahead = ahead;
      this.#shown = 0;
    } else {
      this.#ahead += (ahead - this.#ahead) * SHARE;
    }
  }

  /* A whole number, and never less than before: what was shown does not come again. */
  moment(now) {
    const due = Math.floor(this.#ahead + (now - DELAY) * this.#perMs);
    this.#shown = Math.max(this.#shown, due, 0);
    return this.#shown;
  }
}
