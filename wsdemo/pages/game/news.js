/* What happened to us between two snapshots, and how it is said.

   const news = newsOf(id, before, after, shots);   // both: players by id, as Maps
   news.map(inWords);                               // "Hit by ada. Health 75."

   Health and score say what happened; the shots say who it was, where the snapshot of that very
   tick has come. Leaves out what others do to each other. */

export function newsOf(id, before, after, shots) {
  const [was, is] = [before.get(id), after.get(id)];
  if (!was || !is) return [];
  const name = (other) => after.get(other)?.name ?? "somebody";
  const by = shots.filter((shot) => shot.victim === id).map((shot) => name(shot.shooter));
  const targets = shots.filter((shot) => shot.shooter === id && shot.victim);
  const felled = targets.filter(({ victim }) => after.get(victim)?.health === 0);
  const struck = targets.filter(({ victim }) => after.get(victim)?.health > 0);
  const news = [];
  if (was.health > 0 && is.health === 0) news.push({ kind: "fell", by });
  else if (was.health > is.health) news.push({ kind: "hit", by, health: is.health });
  if (was.health === 0 && is.health > 0) news.push({ kind: "rose" });
  if (is.score > was.score) {
    const names = felled.map(({ victim }) => name(victim));
    news.push({ kind: "felled", names, score: is.score });
  } else if (struck.length) {
    news.push({ kind: "struck", names: struck.map(({ victim }) => name(victim)) });
  }
  return news;
}

const and = new Intl.ListFormat("en", { type: "conjunction" });

const WORDS = {
  fell: ({ by }) => `${by.length ? `${and.format(by)} felled you` : "You fell"}. Wait 2 seconds.`,
  hit: ({ by, health }) => `Hit${by.length ? ` by ${and.format(by)}` : ""}. Health ${health}.`,
  rose: () => "You are back.",
  felled: ({ names, score }) => `You felled ${and.format(names) || "somebody"}. Score ${score}.`,
  struck: ({ names }) => `You hit ${and.format(names)}.`,
};

export function inWords(piece) {
  return WORDS[piece.kind](piece);
}
