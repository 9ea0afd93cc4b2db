/* Which part of the field is in the picture.

   const camera = cameraOf(size, field, me);        // size: { width, height } in CSS pixels
   const [left, top] = camera.toPicture(x, y);      // from parts of the field
   const [x, y] = camera.toField(left, top);        // and back
   camera.scale                                     // pixels to a unit

   All of the field, if that leaves it large enough to play on; else what is around the player. */

import { UNIT } from "./field.js";

/* Pixels to a unit, at least: a player is one unit wide. */
const LEAST = 18;
/* Units that are seen beyond the edge of the field: whoever stands there is not cut off. */
const MARGIN = 0.4;

export function cameraOf({ width, height }, field, at) {
  const [wide, high] = [field.width, field.height].map((length) => length + 2 * MARGIN);
  const whole = Math.min(width / wide, height / high);
  const scale = Math.max(LEAST, whole);
  const left = edge(width / scale, field.width, at && at.x / UNIT);
  const top = edge(height / scale, field.height, at && at.y / UNIT);
  return {
    scale,
    left,
    top,
    toPicture: (x, y) => [(x / UNIT - left) * scale, (y / UNIT - top) * scale],
    toField: (x, y) => [(x / scale + left) * UNIT, (y / scale + top) * UNIT],
  };
}

/* Where the view begins, in units: not beyond the margin if there is field to be seen. */
function edge(seen, length, at) {
  if (seen >= length + 2 * MARGIN) return (length - seen) / 2;
  const middle = at ?? length / 2;
  return Math.min(Math.max(middle - seen / 2, -MARGIN), length + MARGIN - seen);
}
