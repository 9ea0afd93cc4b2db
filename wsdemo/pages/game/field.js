/* The field: what walls stop. The same as wsdemo/apps/game/field.py, to the last bit.

   const field = makeField({ width, height, walls, spawns });   // in units, as they come
   slide(field, x, y, step, false);                             // a new x
   blocked(field, x, y, toX, toY);

   Lengths are integers, in parts of a unit. Every product stays below 2 ** 53. */

export const UNIT = 1024;
export const RADIUS = 512;
export const LONGEST = 128;

/* Add what is asked of a field all the time: its walls as left, top, right and bottom, in parts. */
export function makeField({ width, height, walls, spawns }) {
  const boxes = walls.map(([x, y, wide, high]) =>
    [x, y, x + wide, y + high].map((side) => side * UNIT),
  );
  return { width, height, walls, spawns, boxes };
}

/* The middle of a spawn's cell, in parts. */
export function middle(field, spawn) {
  return field.spawns[spawn].map((at) => at * UNIT + UNIT / 2);
}

/* Move a body along one axis, as far as the walls let it; return where it is then on that axis. */
export function slide(field, x, y, step, upright) {
  const [at, side, end] = upright ? [y, x, field.height] : [x, y, field.width];
  let to = Math.min(Math.max(at + step, RADIUS), end * UNIT - RADIUS);
  for (const [left, top, right, bottom] of field.boxes) {
    const [near, far, low, high] = upright
      ? [top, bottom, left, right]
      : [left, right, top, bottom];
    const beside = low - RADIUS < side && side < high + RADIUS;
    if (beside && near - RADIUS < to && to < far + RADIUS) {
      to = step > 0 ? near - RADIUS : far + RADIUS;
    }
  }
  return to;
}

/* Whether a wall stands between two points. To touch is not to cross. */
export function blocked(field, x, y, toX, toY) {
  const [lowX, highX] = x < toX ? [x, toX] : [toX, x];
  const [lowY, highY] = y < toY ? [y, toY] : [toY, y];
  const side = (cornerX, cornerY) => (toX - x) * (cornerY - y) - (toY - y) * (cornerX - x);
  return field.boxes.some(([left, top, right, bottom]) => {
    if (highX <= left || lowX >= right || highY <= top || lowY >= bottom) return false;
    const sides = [side(left, top), side(right, top), side(left, bottom), side(right, bottom)];
    return Math.min(...sides) < 0 && Math.max(...sides) > 0;
  });
}
