/* The rules: what a tick does to the world. The same as wsdemo/apps/game/rules.py, to the last
   bit: everything is an integer, and a test runs both on the same worlds.

   const setting = settingOf(makeField(welcome.field), 30);
   player = advance(player, { seq, move, ax, ay, fire, seen }, setting);    // one player, one input
   const { world, shots } = step({ tick, players }, inputs, setting);       // all of them, one tick

   Worlds and players are never changed, only replaced. `players` and `inputs` are Maps by id.

   The page needs `advance` and `fires` to predict its own player; the rest is here so that the
   whole can be held against the server's rules. */

import { LONGEST, RADIUS, UNIT, blocked, middle, slide } from "./field.js";

export const VERSION = 1;
export const HEALTH = 100;
export const DAMAGE = 25;
export const SPEED = 8 * UNIT;
export const REACH = 12 * UNIT;

/* Where `move` leads: 0 nowhere, 1 to the right, and on clockwise, 8 up and right. */
export const HEADINGS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/* What the tick rate makes of seconds. */
export function settingOf(field, rate = 30) {
  const straight = Math.floor(SPEED / rate);
  return {
    field,
    rate,
    straight,
    diagonal: Math.floor((SPEED * 181) / (256 * rate)),
    push: Math.max(1, Math.floor((straight * 5) / rate)),
    reload: Math.floor((rate * 2) / 5),
    down: rate * 2,
  };
}

/* Apply one input to one player; nobody else matters. */
export function advance(player, wish, setting) {
  const aims = wish.ax !== 0 || wish.ay !== 0;
  const { ax, ay } = aims ? wish : player;
  if (player.health === 0) return { ...player, ax, ay, seq: wish.seq };
  const [right, down] = HEADINGS[wish.move];
  const most = right && down ? setting.diagonal : setting.straight;
  let vx = towards(player.vx, right * most, setting.push);
  let vy = towards(player.vy, down * most, setting.push);
  let { x, y } = player;
  if (vx) {
    x = slide(setting.field, x, y, vx, false);
    if (x !== player.x + vx) vx = 0;
  }
  if (vy) {
    y = slide(setting.field, x, y, vy, true);
    if (y !== player.y + vy) vy = 0;
  }
  const reload = fires(player, wish) ? setting.reload : Math.max(0, player.reload - 1);
  return { ...player, x, y, vx, vy, ax, ay, reload, seq: wish.seq };
}

function towards(speed, wanted, push) {
  return Math.min(Math.max(wanted, speed - push), speed + push);
}

/* Whether an input makes a shot, for the player as it was before the input. */
export function fires(player, wish) {
  return wish.fire && player.reload === 0 && player.health > 0;
}

/* Whom a shot hits; 0 for nobody. */
export function struck(shot, others, field) {
  const length = shot.ax * shot.ax + shot.ay * shot.ay;
  let nearest = Infinity;
  let victim = 0;
  for (const other of others) {
    const dx = other.x - shot.x;
    const dy = other.y - shot.y;
    const along = dx * shot.ax + dy * shot.ay;
    const across = dx * shot.ay - dy * shot.ax;
    const better = along < nearest || (along === nearest && other.id < victim);
    const within = along > 0 && along * along <= REACH * REACH * length;
    if (
      better &&
      within &&
      other.id !== shot.shooter &&
      other.health > 0 &&
      across * across <= RADIUS * RADIUS * length &&
      !blocked(field, shot.x, shot.y, other.x, other.y)
    ) {
      nearest = along;
      victim = other.id;
    }
  }
  return victim;
}

/* Let one tick pass. Sights: by shooter, the players where it saw them. */
export function step(world, inputs, setting, sights = new Map()) {
  const players = new Map(world.players);
  const fired = [];
  for (const id of sorted(players.keys())) {
    for (const wish of inputs.get(id) ?? []) {
      const before = players.get(id);
      const player = advance(before, wish, setting);
      const { x, y, ax, ay } = player;
      if (fires(before, wish)) fired.push({ shooter: id, x, y, ax, ay });
      players.set(id, player);
    }
  }
  const shots = fired.map((shot) => judged(shot, players, sights, setting.field));
  hurt(players, shots, setting);
  raise(players, world, setting.field);
  return { world: { tick: world.tick + 1, players }, shots };
}

function judged(shot, players, sights, field) {
  const seen = [...(sights.get(shot.shooter) ?? players).values()];
  const here = seen.filter(({ id }) => players.get(id)?.health > 0);
  return { ...shot, victim: struck(shot, here, field) };
}

function hurt(players, shots, setting) {
  const hits = new Map();
  for (const { shooter, victim } of shots) {
    if (victim) hits.set(victim, [...(hits.get(victim) ?? []), shooter]);
  }
  for (const [id, shooters] of hits) {
    const victim = players.get(id);
    const health = Math.max(0, victim.health - DAMAGE * shooters.length);
    players.set(id, { ...victim, health });
    if (health > 0) continue;
    const deaths = victim.deaths + 1;
    players.set(id, { ...victim, health, vx: 0, vy: 0, down: setting.down, deaths });
    for (const shooter of new Set(shooters)) {
      const scorer = players.get(shooter);
      players.set(shooter, { ...scorer, score: scorer.score + 1 });
    }
  }
}

function raise(players, before, field) {
  const lying = [...before.players.values()].filter(({ health }) => health === 0);
  for (const id of sorted(lying.map((player) => player.id))) {
    const player = players.get(id);
    players.set(id, { ...player, down: player.down - 1 });
    if (player.down !== 1) continue;
    const [x, y] = farthest(players.values(), field);
    players.set(id, { ...player, x, y, health: HEALTH, reload: 0, down: 0 });
  }
}

/* The middle of the spawn whose nearest living player is farthest away. */
export function farthest(players, field) {
  const living = [...players].filter(({ health }) => health > 0);
  const beyond = 2 * (LONGEST * UNIT) ** 2;
  let best = [0, 0];
  let most = -1;
  for (let at = 0; at < field.spawns.length; at += 1) {
    const [x, y] = middle(field, at);
    const distances = living.map((player) => (x - player.x) ** 2 + (y - player.y) ** 2);
    const nearest = living.length ? Math.min(...distances) : beyond;
    if (nearest > most) {
      best = [x, y];
      most = nearest;
    }
  }
  return best;
}

function sorted(ids) {
  return [...ids].sort((one, other) => one - other);
}
