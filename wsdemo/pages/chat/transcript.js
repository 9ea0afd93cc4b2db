/* What was said, as it is seen: one element a message, kept while it changes, and the place kept
   while older ones come above it.

   const transcript = new Transcript(talk, { older, edit, resend, discard });
   transcript.show(place);        // draws it, again or for the first time */

import { byId, el } from "./kit/dom.js";
import { amount, clock, day, fold, initial, isoTime } from "./words.js";

const NEAR = 48; // pixels from the end that count as being there
const EARLY = 200; // pixels from the top where what comes before is asked for
const MOST = 600; // messages that are kept while one is at the end
const TOGETHER = 300; // seconds within which what one person says stands under one name
const HUES = 8;
const SURE = "Delete for everybody?"; // asked in place: a frame may not open a dialog
const LINK = /(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}])/u;

export class Transcript {
  #talk;
  #act;
  #place = null;
  #nodes = new Map(); // by the key of a message
  #box = byId("log");
  #list = byId("messages");
  #below = byId("below");
  #unseen = 0;
  #wasAtEnd = true;

  constructor(talk, act) {
    this.#talk = talk;
    this.#act = act;
    this.#box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#below.addEventListener("click", () => this.toEnd());
    byId("older").addEventListener("click", () => this.#older());
    // Another height of the window, or a composer that has grown, hides nothing.
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(this.#box);
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#wasAtEnd = true;
    this.#notice(0);
  }

  /* Draw a place; `fresh` of its messages have just come from somebody else. */
  show(place, fresh = 0) {
    const isOther = place !== this.#place;
    if (isOther) this.#clear(place);
    const atEnd = isOther || this.#wasAtEnd;
    if (atEnd) place.room.trim(MOST);
    const mark = this.#mark();
    this.#draw(this.#talk.shown(place));
    this.#top(place.room);
    if (atEnd) this.toEnd();
    else this.#backTo(mark);
    if (!atEnd && fresh) this.#notice(this.#unseen + fresh);
  }

  #clear(place) {
    this.#place = place;
    this.#nodes.clear();
    this.#list.replaceChildren();
    this.#notice(0);
  }

  #draw(messages) {
    const wanted = new Set(messages.map(({ key }) => key));
    for (const [key, { node }] of this.#nodes) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    let before = null;
    let next = this.#list.firstElementChild;
    for (const message of messages) {
      const node = this.#node(message, before);
      if (node === next) next = next.nextElementSibling;
      else this.#list.insertBefore(node, next);
      before = message;
    }
  }

  /* The element of a message, made anew only if something of it is new. */
  #node(message, before) {
    const heads = headings(message, before);
    const change = message.entry ?? this.#talk.changing(message);
    const { text, edited, deleted } = message;
    const sending = [Boolean(message.entry), change?.type, change?.state, change?.reason];
    const drawn = JSON.stringify([text, edited, deleted, heads, ...sending]);
    const known = this.#nodes.get(message.key);
    if (known?.drawn === drawn) return known.node;
    const node = known?.node ?? el("div", {}, el("article", { class: "message", tabindex: -1 }));
    const article = node.lastElementChild;
    // Who is on one of its buttons is not to be thrown out of it.
    const focused = article.contains(document.activeElement);
    const mine = this.#talk.places.isMine(message.nick);
    article.classList.toggle("first", heads.name);
    article.classList.toggle("waiting", Boolean(message.entry));
    article.replaceChildren(...this.#parts(message, heads, change, mine));
    article.setAttribute("aria-label", this.#label(message));
    if (article !== node.firstElementChild) node.firstElementChild.remove();
    if (heads.day) node.prepend(el("h3", { class: "day" }, heads.day));
    if (focused) this.#go(article);
    this.#nodes.set(message.key, { node, drawn });
    return node;
  }

  #label({ nick, at, entry }) {
    const who = this.#talk.places.isMine(nick) ? "You" : nick;
    return entry ? `${who}, not sent yet` : `${who}, ${clock(at)}`;
  }

  #parts(message, heads, change, mine) {
    const { nick, at, text, deleted } = message;
    const time = el("time", { datetime: isoTime(at), class: "numbers" }, clock(at));
    const words = deleted
      ? el("span", { class: "text hint" }, "This message was deleted.")
      : el("span", { class: "text" }, ...linked(text));
    return [
      heads.name &&
        el("header", {}, face(nick), el("bdi", { class: "name" }, nick), " ", time),
      el("p", { class: "words", dir: "auto" }, words, ...this.#marks(message, change, mine)),
      this.#trouble(message, change),
      this.#actions(message, mine),
    ].filter(Boolean);
  }

  /* Beside the words: on its way, arrived, edited. */
  #marks({ entry, edited, deleted }, change, mine) {
    const marks = [];
    if (edited && !deleted) marks.push(el("span", { class: "mark" }, "edited"));
    if (change?.state === "sending") {
      const doing = { edit: "saving", delete: "deleting" }[change.type] ?? "sending";
      marks.push(el("span", { class: "mark" }, `${doing} …`));
    } else if (mine && !entry) {
      marks.push(el("span", { class: "mark tick", role: "img", "aria-label": "delivered" }, "✓"));
    }
    return marks.flatMap((mark) => [" ", mark]);
  }

  #trouble(message, change) {
    if (!change?.reason) return null;
    const failed = change.state === "failed";
    const buttons = [
      el("button", { type: "button", class: "small", onclick: () => this.#act.resend(change) },
        "Try again"),
      el("button", { type: "button", class: "small quiet",
        onclick: () => this.#act.discard(change) }, "Discard"),
    ];
    return el("div", { class: "row trouble" },
      el("p", { class: "fault" }, change.reason), ...(failed ? buttons : []));
  }

  /* One edits one's own, and deletes that or, as the owner of the room, anybody's. What was said
     directly is in two boxes, and stays as it is. */
  #actions(message, mine) {
    const owns = this.#place.room.role === "owner";
    if (message.entry || message.deleted || message.to || !(mine || owns)) return null;
    const button = (name, action) =>
      el("button", { type: "button", class: "small quiet", tabindex: -1, onclick: action }, name);
    const edit = mine ? button("Edit", () => this.#act.edit(message)) : null;
    const remove = button("Delete", () => {
      if (remove.textContent !== "Delete") this.#act.remove(message);
      else remove.textContent = SURE;
    });
    remove.addEventListener("blur", () => (remove.textContent = "Delete"));
    return el("div", { class: "actions" }, edit, remove);
  }

  #top({ before, joined, closed }) {
    byId("older").hidden = before === null || before === undefined;
    byId("beginning").hidden = before !== null || !joined || Boolean(closed);
  }

  #notice(unseen) {
    this.#unseen = unseen;
    this.#below.hidden = !unseen;
    this.#below.textContent = `${amount(unseen, "new message")} below`;
  }

  /* What is read now: the first message in sight, and how far from the top it is. */
  #mark() {
    const top = this.#box.scrollTop;
    const all = [...this.#list.querySelectorAll(".message")];
    const node = all.find((message) => message.offsetTop + message.offsetHeight > top);
    return node ? { node, away: node.offsetTop - top } : null;
  }

  #backTo(mark) {
    if (mark?.node.isConnected) this.#box.scrollTop = mark.node.offsetTop - mark.away;
  }

  #scrolled() {
    this.#wasAtEnd = this.atEnd;
    if (this.#wasAtEnd) this.#notice(0);
    if (this.#box.scrollTop < EARLY && !this.#wasAtEnd) this.#older();
    if (this.#wasAtEnd) this.#act.seen();
  }

  #older() {
    this.#wasAtEnd = false;
    if (this.#place) this.#act.older(this.#place.room);
  }

  /* Arrows go from message to message, Home and End to the first and the last. */
  #key(event) {
    const own = event.target.closest(".message");
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const all = [...this.#list.querySelectorAll(".message")];
      const at = own ? all.indexOf(own) : step === -1 ? all.length : -1;
      const to = all[Math.max(0, Math.min(all.length - 1, at + step))];
      if (to) this.#go(to);
      event.preventDefault();
    }
  }

  #go(node) {
    for (const button of this.#list.querySelectorAll(".actions button")) button.tabIndex = -1;
    for (const button of node.querySelectorAll(".actions button")) button.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  /* The newest message of one's own that can be edited. */
  get lastOwn() {
    return this.#talk.shown(this.#place).findLast(
      (message) => !message.entry && !message.deleted && !message.to &&
        this.#talk.places.isMine(message.nick));
  }
}

/* What stands above a message: the day if it is another, the name if somebody else speaks. */
function headings({ nick, at }, before) {
  const date = day(at);
  const isOther = !before || day(before.at) !== date;
  const together = !isOther && fold(before.nick) === fold(nick) && at - before.at < TOGETHER;
  return { day: isOther ? date : "", name: !together };
}

export function face(nick) {
  let hash = 0;
  for (const letter of fold(nick)) hash = (hash * 31 + letter.codePointAt(0)) % 65_521;
  return el("span", { class: `face hue-${hash % HUES}`, "aria-hidden": "true" }, initial(nick));
}

/* Addresses can be followed. Only http and https: nothing that a browser would run. */
function linked(text) {
  return text.split(LINK).map((part, at) => at % 2
    ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part)
    : part);
}
