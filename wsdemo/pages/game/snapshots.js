/* Snapshots: worlds out of full ones and deltas. The same as `patched` in apps/game/delta.py.

   const snapshots = new Snapshots();
   const world = snapshots.receive(message);   // { tick, players: Map }, or null: it was of no use
   snapshots.ack                               // for the next input; 0 asks for a full one
   snapshots.worlds                            // the last ones, the oldest first

   Players and worlds are never changed, only replaced. */

/* Those that a mask has bits for come after id and name, the lowest bit first. */
const FIELDS = "x y vx vy ax ay health reload down score deaths seq".split(" ");

/* Seconds at 30 ticks a second: 4. A delta is against a world that we have acknowledged, which the
   server knows a round trip later. */
const KEPT = 128;

export function patched(base, { tick, changed = [], came = [], gone = [] }) {
  const players = new Map(base.players);
  for (const id of gone) players.delete(id);
  for (const [id, mask, ...values] of changed) {
    const player = { ...players.get(id) };
    FIELDS.filter((_, bit) => mask & (1 << bit)).forEach((field, at) => {
      player[field] = values[at];
    });
    players.set(id, player);
  }
  for (const fields of came) players.set(fields[0], playerOf(fields));
  return { tick, players };
}

export function playerOf([id, name, ...values]) {
  const rest = FIELDS.map((field, at) => [field, values[at]]);
  return { id, name, ...Object.fromEntries(rest) };
}

export function shotOf([shooter, x, y, ax, ay, victim]) {
  return { shooter, x, y, ax, ay, victim };
}

export class Snapshots {
  worlds = [];
  ack = 0;

  get newest() {
    return this.worlds.at(-1) ?? null;
  }

  receive(message) {
    if (this.newest && message.tick <= this.newest.tick) return null;
    const world = this.#made(message);
    if (world) {
      this.worlds.push(world);
      if (this.worlds.length > KEPT) this.worlds.shift();
    }
    this.ack = world?.tick ?? 0;
    return world;
  }

  #made(message) {
    if (message.type === "full") {
      const players = message.players.map((fields) => [fields[0], playerOf(fields)]);
      return { tick: message.tick, players: new Map(players) };
    }
    const base = this.worlds.find(({ tick }) => tick === message.base);
    return base ? patched(base, message) : null;
  }
}
