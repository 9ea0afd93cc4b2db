/* What is seen for a moment: the lines of shots, and rings where something happened.

   const marks = new Marks();
   marks.shot(shot, players, field, now);      // a line to whom it hit, to a wall, or to its end
   marks.ring("rise", x, y, now);
   for (const mark of marks.live(now)) ...     // { kind, x, y, toX, toY, age: 0 to 1 }

   Leaves out how they look, which is draw.js. */

import { UNIT } from "./field.js";
import { REACH, struck } from "./rules.js";

/* Milliseconds. */
const LENGTHS = { line: 180, hit: 320, rise: 600 };

export class Marks {
  #marks = [];

  /* Players: as they are shown, so that the line ends at the one on the screen. */
  shot(shot, players, field, now) {
    const victim = shot.victim || struck(shot, players, field);
    const target = players.find(({ id }) => id === victim);
    const [toX, toY] = target ? [target.x, target.y] : endOf(shot, field);
    const { shooter, x, y } = shot;
    if (!shot.heard) this.#add({ kind: "line", shooter, x, y, toX, toY }, now);
    if (shot.victim && target) this.ring("hit", toX, toY, now);
  }

  ring(kind, x, y, now) {
    this.#add({ kind, x, y }, now);
  }

  live(now) {
    this.#marks = this.#marks.filter(({ kind, born }) => now - born < LENGTHS[kind]);
    return this.#marks.map((mark) => ({ ...mark, age: (now - mark.born) / LENGTHS[mark.kind] }));
  }

  #add(mark, now) {
    this.#marks.push({ ...mark, born: now });
  }
}

/* Where a shot that hits nobody ends: at a wall, at the field's edge, or after its reach. */
export function endOf({ x, y, ax, ay }, field) {
  const length = Math.hypot(ax, ay);
  const way = [ax / length, ay / length];
  const inside = [0, 0, field.width * UNIT, field.height * UNIT];
  const far = Math.min(REACH, leaving([x, y], way, inside));
  const walls = field.boxes.map((box) => entering([x, y], way, box));
  const end = Math.min(far, ...walls);
  return [x + way[0] * end, y + way[1] * end];
}

/* The part of a ray that is in a box, as two distances along it. */
function part(from, way, [left, top, right, bottom]) {
  const sides = [
    [left, right],
    [top, bottom],
  ];
  const spans = sides.map(([low, high], axis) => {
    if (way[axis] === 0) {
      const within = low < from[axis] && from[axis] < high;
      return within ? [-Infinity, Infinity] : [Infinity, -Infinity];
    }
    const crossings = [(low - from[axis]) / way[axis], (high - from[axis]) / way[axis]];
    return crossings.sort((one, other) => one - other);
  });
  return [Math.max(spans[0][0], spans[1][0]), Math.min(spans[0][1], spans[1][1])];
}

function entering(from, way, box) {
  const [first, last] = part(from, way, box);
  return first < last && first >= 0 ? first : Infinity;
}

function leaving(from, way, box) {
  return part(from, way, box)[1];
}
