/* The field without players: drawn once for each size and theme, and then copied.

   const ground = groundOf(field, camera.scale, density, palette);    // a canvas

   Like a plan: a dot where units meet, walls hatched, a cross where players begin. */

const HATCH = 6; // pixels from line to line

export function groundOf(field, scale, density, palette) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(field.width * scale * density);
  canvas.height = Math.ceil(field.height * scale * density);
  const context = canvas.getContext("2d");
  context.scale(density, density);
  const [width, height] = [field.width * scale, field.height * scale];
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, height);
  drawDots(context, field, scale, palette.line);
  drawSpawns(context, field, scale, palette.line);
  drawWalls(context, field, scale, palette, [width, height]);
  context.strokeStyle = palette.edge;
  context.lineWidth = 3;
  context.strokeRect(0, 0, width, height);
  return canvas;
}

function drawDots(context, field, scale, colour) {
  context.fillStyle = colour;
  for (let y = 1; y < field.height; y += 1) {
    for (let x = 1; x < field.width; x += 1) {
      context.fillRect(x * scale - 0.75, y * scale - 0.75, 1.5, 1.5);
    }
  }
}

function drawSpawns(context, field, scale, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (const [x, y] of field.spawns) {
    const [left, top] = [(x + 0.5) * scale, (y + 0.5) * scale];
    context.moveTo(left + scale * 0.42, top);
    context.arc(left, top, scale * 0.42, 0, 2 * Math.PI);
  }
  context.stroke();
}

function drawWalls(context, field, scale, palette, [width, height]) {
  const walls = new Path2D();
  for (const wall of field.walls) walls.rect(...wall.map((side) => side * scale));
  context.fillStyle = palette.wall;
  context.fill(walls);
  context.save();
  context.clip(walls);
  context.strokeStyle = palette.hatch;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += HATCH) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
  context.restore();
  context.strokeStyle = palette.edge;
  context.lineWidth = 1.5;
  context.stroke(outline(field, scale));
}

/* The edges of the walls without those where two walls meet: an L is one wall, not two. */
function outline(field, scale) {
  const inside = (x, y) =>
    field.walls.some(([left, top, wide, high]) =>
      left <= x && x < left + wide && top <= y && y < top + high,
    );
  const path = new Path2D();
  const edge = (x, y, toX, toY) => {
    path.moveTo(x * scale, y * scale);
    path.lineTo(toX * scale, toY * scale);
  };
  for (let y = 0; y <= field.height; y += 1) {
    for (let x = 0; x <= field.width; x += 1) {
      if (inside(x, y) !== inside(x - 1, y)) edge(x, y, x, y + 1);
      if (inside(x, y) !== inside(x, y - 1)) edge(x, y, x + 1, y);
    }
  }
  return path;
}
