/* The picture: the field, who is in it, and what has just happened.

   const picture = new Picture(canvas);
   picture.draw({ field, me, ghost, others, marks });
   picture.toField(left, top);                 // from CSS pixels of the canvas, for a mouse

   Sharp at every density of the screen, in the theme of the page, and without growing rings for
   whoever wants less motion. Leaves out what moves where: it shows what it is given. */

import { cameraOf } from "./camera.js";
import { UNIT } from "./field.js";
import { groundOf } from "./ground.js";
import { endOf } from "./marks.js";
import { paletteOf } from "./palette.js";
import { HEALTH } from "./rules.js";

const TURN = 2 * Math.PI;
const UP = -Math.PI / 2;
const EDGE = 4; // pixels between a name and the edge

export class Picture {
  #canvas;
  #context;
  #palette = null;
  #ground = null;
  #field = null;
  #camera = null;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    const afresh = () => (this.#palette = this.#ground = null);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", afresh);
  }

  toField(left, top) {
    return this.#camera?.toField(left, top) ?? [0, 0];
  }

  draw({ field, me, ghost, others, marks }) {
    const density = this.#fit();
    this.#palette ??= paletteOf(this.#canvas);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#camera = cameraOf({ width, height }, field, me);
    this.#context.setTransform(density, 0, 0, density, 0, 0);
    this.#context.fillStyle = this.#palette.paper;
    this.#context.fillRect(0, 0, width, height);
    this.#drawGround(field, density);
    if (me?.health > 0) this.#drawSight(me, field);
    if (ghost?.health > 0) this.#drawGhost(ghost);
    for (const player of others) this.#drawPlayer(player);
    if (me) this.#drawPlayer(me, true);
    for (const mark of marks) this.#drawMark(mark);
    for (const player of others) this.#drawName(player, this.#palette.ink);
    if (me) this.#drawName({ ...me, name: "you" }, this.#palette.accent);
  }

  /* As many pixels as the screen has; returns how many to a CSS pixel. */
  #fit() {
    const density = globalThis.devicePixelRatio || 1;
    const width = Math.round(this.#canvas.clientWidth * density);
    const height = Math.round(this.#canvas.clientHeight * density);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#ground = null;
    }
    return density;
  }

  #drawGround(field, density) {
    const { scale, toPicture } = this.#camera;
    if (this.#field !== field || !this.#ground) {
      this.#field = field;
      this.#ground = groundOf(field, scale, density, this.#palette);
    }
    const [left, top] = toPicture(0, 0);
    this.#context.drawImage(this.#ground, left, top, field.width * scale, field.height * scale);
  }

  /* Where a shot would go. */
  #drawSight(me, field) {
    const context = this.#context;
    context.save();
    context.strokeStyle = this.#palette.accent;
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.setLineDash([2, 5]);
    this.#line([me.x, me.y], endOf(me, field));
    context.restore();
  }

  #line(from, to) {
    const context = this.#context;
    context.beginPath();
    context.moveTo(...this.#camera.toPicture(...from));
    context.lineTo(...this.#camera.toPicture(...to));
    context.stroke();
  }

  #disc(x, y, radius) {
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, TURN);
  }

  /* Where the server says that we are. */
  #drawGhost(ghost) {
    const context = this.#context;
    const [x, y] = this.#camera.toPicture(ghost.x, ghost.y);
    context.save();
    context.strokeStyle = this.#palette.ink;
    context.fillStyle = this.#palette.soft;
    context.lineWidth = 1.5;
    context.setLineDash([3, 3]);
    this.#disc(x, y, this.#camera.scale / 2);
    context.globalAlpha = 0.15;
    context.fill();
    context.globalAlpha = 0.7;
    context.stroke();
    context.restore();
  }

  #drawPlayer(player, own = false) {
    const { scale, toPicture } = this.#camera;
    const [x, y] = toPicture(player.x, player.y);
    if (player.health === 0) this.#drawFallen(x, y, scale, player);
    else this.#drawLiving(x, y, scale, player, own);
  }

  #drawFallen(x, y, scale, player) {
    const context = this.#context;
    const arm = scale * 0.2;
    context.save();
    context.globalAlpha = 0.55;
    context.strokeStyle = this.#palette.player(player.id);
    context.lineWidth = 2;
    this.#disc(x, y, scale * 0.42);
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.stroke();
    context.restore();
  }

  #drawLiving(x, y, scale, player, own) {
    const context = this.#context;
    const palette = this.#palette;
    const angle = Math.atan2(player.ay, player.ax);
    context.save();
    context.lineCap = "round";
    context.strokeStyle = palette.ink;
    context.lineWidth = scale * 0.22;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + Math.cos(angle) * scale * 0.82, y + Math.sin(angle) * scale * 0.82);
    context.stroke();
    context.fillStyle = palette.player(player.id);
    this.#disc(x, y, scale * 0.46);
    context.fill();
    context.strokeStyle = palette.ground;
    context.lineWidth = 1.5;
    context.stroke();
    if (own) {
      context.fillStyle = palette.ground;
      this.#disc(x, y, scale * 0.16);
      context.fill();
    }
    if (own || player.health < HEALTH) this.#drawHealth(x, y, scale * 0.6, player.health);
    context.restore();
  }

  /* An arc around the player: as much of it as is left of the health. */
  #drawHealth(x, y, radius, health) {
    const context = this.#context;
    context.lineCap = "butt";
    context.lineWidth = 2.5;
    context.strokeStyle = this.#palette.line;
    this.#disc(x, y, radius);
    context.stroke();
    context.strokeStyle = health > HEALTH / 2 ? this.#palette.good : this.#palette.bad;
    context.beginPath();
    context.arc(x, y, radius, UP, UP + (TURN * health) / HEALTH);
    context.stroke();
  }

  /* Above the player, or below one at the upper edge; never cut off by a side. */
  #drawName({ name, x, y }, colour) {
    const context = this.#context;
    const { scale, toPicture } = this.#camera;
    const size = Math.max(11, scale * 0.44);
    context.font = `600 ${size}px ${this.#palette.sans}`;
    const half = context.measureText(name).width / 2 + EDGE;
    const [middle, above] = toPicture(x, y - UNIT * 0.9);
    const [, below] = toPicture(x, y + UNIT * 0.9);
    const seen = -half < middle && middle < this.#canvas.clientWidth + half;
    const left = seen ? within(middle, half, this.#canvas.clientWidth - half) : middle;
    const top = above < size + EDGE ? below + size : above;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.#palette.ground;
    context.strokeText(name, left, top);
    context.fillStyle = colour;
    context.fillText(name, left, top);
  }

  #drawMark(mark) {
    const context = this.#context;
    context.save();
    context.globalAlpha = 1 - mark.age;
    if (mark.kind === "line") {
      context.strokeStyle = this.#palette.player(mark.shooter);
      context.lineCap = "round";
      context.lineWidth = 2.5;
      this.#line([mark.x, mark.y], [mark.toX, mark.toY]);
    } else {
      const [x, y] = this.#camera.toPicture(mark.x, mark.y);
      const grown = this.#calm.matches ? 0.8 : 0.5 + mark.age / 2;
      context.strokeStyle = mark.kind === "hit" ? this.#palette.bad : this.#palette.accent;
      context.lineWidth = 3;
      this.#disc(x, y, this.#camera.scale * grown);
      context.stroke();
    }
    context.restore();
  }
}

function within(at, low, high) {
  return Math.min(Math.max(at, low), high);
}
