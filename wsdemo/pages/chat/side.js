/* What stands beside the conversation: the others one has, the rooms there are, the people here. */

import { byId, el } from "./kit/dom.js";
import { face } from "./transcript.js";
import { amount, fold } from "./words.js";

const MOST = 200; // people in the list; of the others there is the number
const RANK = { owner: 0, member: 1, reader: 2 };
const ROLES = { owner: "owner", reader: "reads only" };

/* The conversations that are open; `open(place)` shows one. */
export function drawPlaces(talk, shown, open) {
  const places = [...talk.places.all.values()].sort(
    (one, two) => Boolean(one.peer) - Boolean(two.peer) || one.title.localeCompare(two.title),
  );
  keep(byId("places"), places.map((place) => {
    const { peer, title, unread } = place;
    const mark = peer === null ? el("span", { class: "hash", "aria-hidden": "true" }, "#") : face(title);
    const count = unread
      ? el("span", { class: "badge numbers" }, `${unread}`, el("span", { class: "vh" }, " new"))
      : null;
    return el("li", {}, el("button", {
      type: "button", class: "place quiet", "data-key": `place ${place.key}`,
      "aria-current": place === shown ? "true" : null, onclick: () => open(place),
    }, mark, el("bdi", {}, title), count));
  }));
}

/* The rooms that one could join; `join(name)` does. */
export function drawOthers(talk, join) {
  const others = talk.list.filter(({ room }) => !talk.places.known(room)?.joined);
  byId("no-others").hidden = others.length > 0;
  keep(byId("others"), others.map(({ room, open, members }) =>
    el("li", {}, el("button", {
      type: "button", class: "place quiet", "data-key": `other ${room}`, onclick: () => join(room),
    },
    el("span", { class: "hash", "aria-hidden": "true" }, open ? "#" : "◆"),
    el("span", { class: "vh" }, "Join "),
    el("bdi", {}, room),
    open ? null : el("span", { class: "vh" }, " (by invitation)"),
    el("span", { class: "hint numbers" }, `${members}`,
      el("span", { class: "vh" }, members === 1 ? " person" : " people"))))));
}

/* The people in a room; `write(nick)` opens the conversation with one. */
export function drawPeople(talk, place, write) {
  const { room, peer } = place;
  const people = peer === null ? [...room.members.values()] : [];
  people.sort((one, two) =>
    RANK[one.role] - RANK[two.role] || fold(one.nick).localeCompare(fold(two.nick)));
  byId("people-title").textContent =
    peer === null && room.count ? amount(room.count, "person", "people") : "People";
  keep(byId("members"), people.slice(0, MOST).map(({ nick, presence, role }) => {
    const mine = talk.places.isMine(nick);
    const parts = [
      el("span", { class: `lamp ${presence}`, "aria-hidden": "true" }),
      el("bdi", {}, nick),
      el("span", { class: "vh" }, ` is ${presence}`),
      mine ? el("span", { class: "hint" }, "you") : null,
      ROLES[role] ? el("span", { class: "hint" }, ROLES[role]) : null,
    ];
    return el("li", { "data-presence": presence }, mine
      ? el("span", { class: "place" }, ...parts)
      : el("button", {
        type: "button", class: "place quiet", "data-key": `member ${nick}`,
        title: "Write to this person", onclick: () => write(nick),
      }, ...parts));
  }));
  byId("more").hidden = room.count <= MOST;
  byId("more").textContent = `and ${amount(room.count - MOST, "other")}`;
}

/* Draw a list anew, and leave the keyboard on the same entry. */
function keep(list, rows) {
  const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...rows);
  if (key === null) return;
  [...list.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === key)?.focus();
}
