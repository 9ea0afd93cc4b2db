/* Directions: what keys and sticks say, in the numbers of the rules.

   headingOf(1, -1)                        // 8: up and right; an index of HEADINGS
   aimed(0.5, 0.25)                        // [127, 64]: the same direction, as long as it may be
   helped(me, others, [127, 0], field)     // the aim at the nearest whom this aim nearly meets */

import { RADIUS, blocked } from "./field.js";
import { HEADINGS, REACH } from "./rules.js";

const LONGEST = 127;

/* Keys and a thumb know few directions. They hit what is within 40 degrees of theirs. */
const NEARLY = Math.cos((40 * Math.PI) / 180);

/* How far a stick must be pushed, of 1, to mean something. */
const DEAD = 0.3;

export function headingOf(right, down) {
  return HEADINGS.findIndex(([x, y]) => x === Math.sign(right) && y === Math.sign(down));
}

/* Which of the eight headings a stick points to; 0 if it hardly points. */
export function headingOfStick(x, y) {
  if (Math.hypot(x, y) < DEAD) return 0;
  const eighth = Math.round((Math.atan2(y, x) * 4) / Math.PI);
  return ((eighth + 8) % 8) + 1;
}

/* `|| 0` makes 0 of -0 and of nothing. */
export function aimed(x, y) {
  const most = Math.max(Math.abs(x), Math.abs(y));
  return [x, y].map((part) => Math.round((part * LONGEST) / most) || 0);
}

export function helped(me, others, [ax, ay], field) {
  let best = null;
  for (const other of others) {
    const [dx, dy] = [other.x - me.x, other.y - me.y];
    const distance = Math.hypot(dx, dy);
    const along = (dx * ax + dy * ay) / (distance * Math.hypot(ax, ay));
    const nearer = distance < (best?.distance ?? REACH + RADIUS);
    if (!nearer || !(along >= NEARLY) || other.health === 0) continue;
    if (!blocked(field, me.x, me.y, other.x, other.y)) best = { distance, dx, dy };
  }
  return best ? aimed(best.dx, best.dy) : [ax, ay];
}
