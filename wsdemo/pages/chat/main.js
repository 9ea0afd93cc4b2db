/* The page: what happens in it is told to `Talk`, and what `Talk` knows is shown. */

import { announcer, byId, el, fault } from "./kit/dom.js";
import { showStatus } from "./kit/status.js";
import { store } from "./kit/store.js";
import { Composer } from "./composer.js";
import { Door, inWords } from "./door.js";
import { Identity } from "./identity.js";
import { Room } from "./room.js";
import { drawOthers, drawPeople, drawPlaces } from "./side.js";
import { Talk } from "./talk.js";
import { Transcript } from "./transcript.js";
import { amount } from "./words.js";

/* What is shown when there is no conversation. */
const NOWHERE = { key: "", room: new Room(""), peer: "", title: "No conversation", unread: 0 };
NOWHERE.room.closed = "Choose a conversation, or join a room.";

const identity = new Identity(store("chat"));
await identity.begin();
const talk = new Talk(identity);
const say = announcer(byId("news"));
const KEPT = 600; // messages of a room that is not seen

let shown = null; // the place that is seen
let heard = []; // what was said by others since it was last announced
let unseen = 0; // what was said by others since the place was last drawn
let drawn = true; // whether nothing waits to be drawn
let stopTyping = null;

const transcript = new Transcript(talk, {
  older: (room) => older(room),
  edit: (message) => composer.change(message),
  remove: (message) => talk.remove(message),
  resend: (entry) => talk.outbox.retry(entry),
  discard: (entry) => talk.outbox.drop(entry),
  seen: () => seen(),
});
const composer = new Composer({
  say: (text) => {
    talk.say(shown, text);
    transcript.toEnd();
  },
  edit: (message, text) => talk.edit(message, text),
  typing: () => talk.isTyping(shown),
  last: () => transcript.lastOwn,
});

showStatus(talk.session, byId("status"));

/* Opening a place, and what is seen of it. */

function open(place) {
  byId("notice").hidden = true;
  turnTo(place);
  talk.refreshRooms();
}

function turnTo(place) {
  shown = place;
  unseen = 0;
  panel(null);
  draw();
  composer.focus();
}

function draw() {
  if (!shown) return;
  const { room, peer, title } = shown;
  byId("title").replaceChildren(el("bdi", {}, peer === null ? `# ${title}` : title));
  byId("leave").hidden = shown === NOWHERE;
  byId("leave").textContent = peer === null ? "Leave this room" : "Close this conversation";
  const role = peer === null ? { owner: "owner", reader: "reads only" }[room.role] : "";
  byId("role").hidden = !role;
  byId("role").textContent = role ?? "";
  const invites = room.role === "owner" || (room.role === "member" && !room.open);
  byId("inviting").hidden = peer !== null || !invites;
  composer.write(shown);
  composer.allow(room.closed || (role === "reads only" ? "In this room you may only read." : ""));
  transcript.show(shown, unseen);
  unseen = 0;
  people();
  seen();
}

function places() {
  drawPlaces(talk, shown, open);
  drawOthers(talk, (name) => join(name, byId("others-fault")));
  const unread = [...talk.places.all.values()].reduce((sum, place) => sum + place.unread, 0);
  const elsewhere = unread - (shown?.unread ?? 0);
  byId("elsewhere").hidden = !elsewhere;
  byId("elsewhere").replaceChildren(`${elsewhere}`, el("span", { class: "vh" }, " new"));
  document.title = `${unread ? `(${unread}) ` : ""}${shown ? `${shown.title} · ` : ""}Chat`;
}

function people() {
  drawPeople(talk, shown, (nick) => open(talk.direct(nick)));
}

function seen() {
  if (shown && transcript.atEnd && document.visibilityState === "visible") shown.unread = 0;
  places();
}

function typing() {
  clearTimeout(stopTyping);
  const now = talk.session.now();
  const waits = [];
  const names = [];
  for (const [nick, until] of shown.peer === null ? shown.room.typing : []) {
    if (until <= now) shown.room.typing.delete(nick);
    else names.push(nick) && waits.push(until - now);
  }
  const verb = names.length === 1 ? "is" : "are";
  const who = names.length > 2 ? [`${names.length} people`] : names.map((nick) => el("bdi", {}, nick));
  const parts = who.flatMap((one, at) => (at ? [" and ", one] : [one]));
  byId("typing").replaceChildren(...(who.length ? [...parts, ` ${verb} typing …`] : []));
  if (waits.length) stopTyping = setTimeout(typing, Math.min(...waits) + 1);
}

async function older(room) {
  if (room.loading) return;
  const { length } = talk.shown(shown);
  try {
    // Of what was said directly, a page may hold nothing of this conversation.
    do await talk.older(room);
    while (shown.room === room && room.before !== null && talk.shown(shown).length === length);
  } catch (error) {
    note(inWords(error));
  }
}

function note(words) {
  const notice = byId("notice");
  const dismiss = () => {
    notice.hidden = true;
    composer.focus();
  };
  const button = el("button", { type: "button", class: "small", onclick: dismiss }, "Dismiss");
  notice.replaceChildren(el("span", {}, words), button);
  notice.hidden = false;
}

/* Said by others: in the open place it is read out, and counted if it is out of sight. */

function fresh({ place, said }) {
  if (place.room !== shown?.room) place.room.trim(KEPT);
  if (talk.places.isMine(said.nick)) return;
  const inSight = place === shown && transcript.atEnd && document.visibilityState === "visible";
  if (!inSight) place.unread += 1;
  if (place === shown) unseen += 1;
  if (place !== shown && place.peer === null) return;
  heard.push(said);
  say(() => {
    const { nick, text } = heard.at(-1);
    const many = heard.length > 1 ? `${amount(heard.length, "new message")}, the last: ` : "";
    heard = [];
    return `${many}${nick}: ${text}`;
  });
}

/* Many changes that come at once are drawn once. */
function later() {
  if (!drawn) return;
  drawn = false;
  setTimeout(() => {
    drawn = true;
    if (shown) draw();
  });
}

talk.addEventListener("change", ({ detail: { what, room, fresh: said, words } }) => {
  if (said) fresh(said);
  if (what === "notice") note(words);
  else if (what === "self") self();
  else if (shown && shown !== NOWHERE && !talk.places.all.has(shown.key)) turnTo(next());
  else if (what === "typing" && shown?.room === room) typing();
  else if (shown) later();
});

function next() {
  const [first] = talk.places.all.values();
  return first ?? NOWHERE;
}

function self() {
  byId("me").hidden = false;
  byId("my-nick").textContent = talk.nick;
}

const door = new Door(talk, (place) => {
  byId("chat").hidden = false;
  open(place ?? next());
});

byId("out").addEventListener("click", () => {
  shown = null;
  talk.exit();
  byId("me").hidden = byId("chat").hidden = true;
  door.open();
});

async function join(name, place) {
  place.hidden = true;
  try {
    open(await talk.join(name));
  } catch (error) {
    place.textContent = inWords(error);
    place.hidden = false;
  }
}

byId("leave").addEventListener("click", () => talk.leave(shown));

byId("create").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = byId("new-room");
  const kind = byId("new-kind").value;
  const options = kind === "closed" ? { open: false } : { role: kind };
  try {
    const place = await talk.create(input.value.trim(), options);
    event.target.reset();
    fault(input, "");
    open(place);
  } catch (error) {
    fault(input, inWords(error));
  }
});

byId("grant").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [guest, grade] = [byId("guest"), byId("grade")];
  byId("granted").textContent = "";
  try {
    await talk.grant(shown.room, guest.value.trim(), grade.value);
    fault(guest, "");
    byId("granted").textContent = "Done.";
  } catch (error) {
    fault(guest, inWords(error));
  }
});

/* On a narrow screen, one panel at a time. */

const PANELS = { side: byId("show-side"), people: byId("show-people") };

function panel(name) {
  byId("chat").dataset.panel = name ?? "";
  for (const [other, button] of Object.entries(PANELS)) {
    button.setAttribute("aria-expanded", String(other === name));
  }
}

for (const [name, button] of Object.entries(PANELS)) {
  button.addEventListener("click", () =>
    panel(button.getAttribute("aria-expanded") === "true" ? null : name));
}
PANELS.side.addEventListener("click", () => talk.refreshRooms());

document.addEventListener("keydown", ({ key }) => {
  const name = byId("chat").dataset.panel;
  if (key !== "Escape" || !name) return;
  panel(null);
  PANELS[name].focus();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  seen();
  talk.refreshRooms();
});

door.begin(identity);
