/* The page: connects the parts. The connection is in net.js, the game in play.js, hands in
   input.js, the picture in draw.js, what stands beside it in panel.js.

   The address may say how to begin: ?name=ada joins, &lag=300 and &prediction=off set switches.

   `game` is what is going on, for whoever looks into a running page: `game.play` is null before
   the first welcome. */

import { UNIT } from "./field.js";
import { Picture } from "./draw.js";
import { Hand } from "./input.js";
import { announcer, byId, fault } from "./kit/dom.js";
import { showStatus } from "./kit/status.js";
import { store } from "./kit/store.js";
import { Marks } from "./marks.js";
import { dial } from "./net.js";
import { inWords } from "./news.js";
import { Facts, Scores, labelled, preset, shortcuts, switchesOf } from "./panel.js";
import { Play } from "./play.js";
import { Meter, Ticker } from "./ticker.js";

const SECOND = 1000;
/* Milliseconds from one announcement to the next, and from one refresh of the figures. */
const SAID = 1500;
const SHOWN = 250;
/* For how long what happened stands below the picture. */
const STANDS = 4000;

const canvas = byId("arena");
const kept = store("game");
const picture = new Picture(canvas);
const hand = new Hand({ canvas, stick: byId("stick"), button: byId("fire") });
const marks = new Marks();
const meter = new Meter(SECOND);
const facts = new Facts(byId("facts"), SHOWN);
const scores = new Scores(byId("scores"));
const say = announcer(byId("said"), SAID);
const asked = new URLSearchParams(location.search);
preset(byId("network"), asked);
const switches = switchesOf(byId("network"));

export const game = { play: null, session: null, switches };
let ticker = null;
let told = 0; // when something happened last

labelled(byId("lag"), byId("lag-shown"), "ms");
shortcuts(canvas, {
  KeyP: byId("prediction"),
  KeyR: byId("reconciliation"),
  KeyI: byId("interpolation"),
});
byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  canvas.focus({ preventScroll: true });
  begin(byId("name").value.trim());
});
byId("leave").addEventListener("click", leave);
byId("name").value = asked.get("name") ?? kept.get("name", "");
// Over a reload of the page the player stays.
if (kept.get("token") || asked.get("name")) begin(byId("name").value);
requestAnimationFrame(frame);

function begin(name) {
  fault(byId("name"), "");
  kept.set("name", name);
  const heard = (octets) => meter.add(octets, performance.now());
  const session = dial({ name, kept, lag: () => switches.lag, joined, heard });
  session.addEventListener("message", ({ detail }) => receive(detail));
  session.addEventListener("state", () => changed(session));
  showStatus(session, byId("status"), { words: { open: "In the arena" } });
  game.session = session;
  session.open();
}

function joined(welcome) {
  game.play = new Play(welcome, switches);
  ticker = new Ticker(welcome.rate);
}

/* Without a connection nothing moves; who can't come back by itself is asked for a name again. */
function changed(session) {
  const { name, reason } = session.state;
  canvas.dataset.state = name;
  byId("join").hidden = name !== "closed";
  byId("leave").hidden = name !== "open";
  if (name !== "closed") return;
  if (reason) fault(byId("name"), `${reason}.`);
  // A page in a frame must not take the keys away from the one around it.
  if (document.hasFocus()) byId("name").focus();
}

function leave() {
  game.session.send({ type: "leave" }, { late: false });
  kept.remove("token");
  game.session.close();
}

function receive(message) {
  const { play } = game;
  if (!play || !["full", "delta"].includes(message.type)) return;
  const now = performance.now();
  const news = play.receive(message, now);
  if (!news.length) return;
  const words = news.map(inWords).join(" ");
  byId("news").textContent = words;
  told = now;
  say(words);
  const { x, y } = play.confirmed;
  if (news.some(({ kind }) => kind === "rose")) marks.ring("rise", x, y, now);
}

function frame(now) {
  requestAnimationFrame(frame);
  const { play, session } = game;
  if (!play?.confirmed) return;
  const ticks = ticker.due(now);
  const plays = session.state.name === "open";
  if (plays) for (let tick = 0; tick < ticks; tick += 1) press(now);
  const seen = play.look(now, plays ? ticker.part : 1);
  const { field } = play.setting;
  const everybody = [...seen.others, seen.me];
  for (const shot of play.shots(now)) marks.shot(shot, everybody, field, now);
  picture.draw({ field, ...seen, marks: marks.live(now) });
  tell(play, now);
}

function press(now) {
  const { play, session } = game;
  const toField = (left, top) => picture.toField(left, top);
  const message = play.press(hand.wish(play.look(now), toField, play.setting.field), now);
  if (message) session.send(message, { late: false });
}

function tell(play, now) {
  const { confirmed, setting } = play;
  if (now - told > STANDS) byId("news").textContent = "";
  scores.show(play.players, play.id);
  facts.show(
    {
      rtt: play.rtt === null ? "–" : `${Math.round(play.rtt)} ms`,
      tick: `${play.tick}`,
      pending: `${play.pending}`,
      correction: `${(play.correction / UNIT).toFixed(2)} units`,
      corrections: `${play.corrections}`,
      down: `${(meter.rate(now) / 1000).toFixed(1)} kB/s`,
      health: confirmed.health ? `${confirmed.health}` : `0, ${wait(confirmed, setting)}`,
      score: `${confirmed.score}`,
    },
    now,
  );
}

function wait({ down }, { rate }) {
  return `back in ${(down / rate).toFixed(1)} s`;
}
