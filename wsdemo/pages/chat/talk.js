/* The conversation with the server, and all that is known from it. No DOM.

   const talk = new Talk(identity);
   talk.addEventListener("change", ({ detail }) => ...);   // { what, room?, fresh?, words? }
   await talk.enter("Ada");                                // GiveUp, in words, if it can't be
   const place = await talk.join("lobby");                 // Refused, Lost
   talk.say(place, "Hello");                               // shown at once, sent until answered

   `what` has changed: "self", "places", "rooms" (the list of those there are), "messages" (with
   `fresh`, {place, said}, if somebody has just said it), "people", "typing"; "notice" has `words`
   that somebody should read. */

import { GiveUp, Lost, Refused, Session, beside } from "./kit/session.js";
import { News } from "./news.js";
import { LATER, Outbox, TRANSIENT, pause } from "./outbox.js";
import { BOX, Places } from "./places.js";
import { keyOf } from "./room.js";
import { fold, refusal } from "./words.js";

const PAGE = 50; // messages of history at a time

export class Talk extends EventTarget {
  #identity;
  #nick = "";
  #log = ""; // which log the offsets are of

  constructor(identity, session = null) {
    super();
    this.#identity = identity;
    this.places = new Places();
    this.list = [];
    this.session = session ?? new Session(beside("ws"), { resume: (line) => this.#resume(line) });
    const news = new News(this.places, {
      tell: (...args) => this.#tell(...args),
      now: () => this.session.now(),
      out: (room) => this.#out(room),
      refreshRooms: () => this.refreshRooms(),
    });
    this.session.addEventListener("message", ({ detail }) => news.hear(detail));
    this.session.addEventListener("state", () => {
      if (this.session.state.name === "open") this.outbox.run();
    });
    this.outbox = new Outbox({
      entries: identity.unsent,
      ask: (request) => this.session.request(request),
      isOpen: () => this.session.state.name === "open",
      keep: (entries) => identity.keepUnsent(entries),
      answered: (entry, ack) => this.#answered(entry, ack),
      changed: () => this.#tell("messages"),
    });
  }

  get nick() {
    return this.places.nick;
  }

  #tell(what, more = {}) {
    this.dispatchEvent(new CustomEvent("change", { detail: { what, ...more } }));
  }

  /* Say who this is, now and at every connection to come. */
  enter(nick) {
    this.#nick = nick;
    this.session.close();
    return new Promise((resolve, reject) => {
      const seen = () => {
        const { name, reason } = this.session.state;
        if (name !== "open" && name !== "closed") return;
        this.session.removeEventListener("state", seen);
        if (name === "open") resolve();
        else reject(new GiveUp(reason));
      };
      this.session.addEventListener("state", seen);
      this.session.open();
    });
  }

  /* Leave, and keep nothing of it. */
  exit() {
    this.session.close();
    this.#identity.forget();
    this.places.clear();
    this.outbox.clear();
  }

  async #resume(line) {
    const token = this.#identity.token(this.#nick);
    const hello = { type: "hello", nick: this.#nick, client: this.#identity.client, token };
    const welcome = await patient(line, hello).catch(giveUp);
    this.#identity.become(welcome.nick, welcome.token ?? token);
    this.places.nick = this.#nick = welcome.nick;
    this.#log = welcome.log;
    this.#tell("self");
    for (const name of [BOX, ...this.#identity.rooms]) await this.#rejoin(line, name);
    this.refreshRooms(line);
  }

  async #rejoin(line, name) {
    const room = this.places.room(name);
    try {
      await this.#joined(room, await patient(line, joining(room)), line);
      // Waited for: who has many rooms and asks for more when told to wait is taken for a flood.
      if (name !== BOX) await this.#askMembers(room, line);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      room.joined = false;
      room.closed = refusal(error.reply);
      if (name !== BOX) this.places.of(room);
      this.#tell("places");
    }
  }

  async #joined(room, reply, line) {
    room.enter(reply, this.#log);
    if (room.name !== BOX) this.places.of(room);
    this.#tell("places");
    this.#tell("messages", { room });
    if (room.before === undefined) await this.older(room, line);
  }

  async join(name) {
    let room = this.places.room(name);
    if (!room.joined) {
      const reply = await patient(this.session, joining(room)).catch((error) => {
        this.places.drop(room);
        throw error;
      });
      room = this.places.rename(room, reply.room);
      this.#identity.keepRooms([...this.#others(room), room.name]);
      await this.#joined(room, reply, this.session);
      this.#askMembers(room, this.session);
    }
    return this.places.of(room);
  }

  #others(room) {
    return this.#identity.rooms.filter((name) => fold(name) !== fold(room.name));
  }

  async create(name, { open = true, role = "member" } = {}) {
    const { room } = await patient(this.session, { type: "create", room: name, open, role });
    return this.join(room);
  }

  async leave({ key, room, peer }) {
    if (peer === null) {
      this.#out(room);
      // If the request is lost, so is the connection, and on the next one nobody joins.
      await this.session.request({ type: "leave", room: room.name }).catch(ignoreFailure);
      this.refreshRooms();
    } else {
      this.places.all.delete(key);
    }
    this.#tell("places");
  }

  #out(room) {
    this.places.drop(room);
    this.#identity.keepRooms(this.#others(room));
  }

  grant(room, nick, role) {
    return patient(this.session, { type: "grant", room: room.name, nick, role });
  }

  async refreshRooms(line = this.session) {
    const reply = await line.request({ type: "rooms" }).catch(ignoreFailure);
    if (!reply) return;
    this.list = reply.rooms;
    this.#tell("rooms");
  }

  async #askMembers(room, line) {
    const request = { type: "members", room: room.name };
    const reply = await patient(line, request).catch(ignoreFailure);
    if (!reply) return;
    room.setMembers(reply);
    this.#tell("people", { room });
  }

  /* Load the page of history that ends where what is here begins. */
  async older(room, line = this.session) {
    if (room.before === null || room.loading) return;
    room.loading = true;
    try {
      const request = { type: "history", room: room.name, before: room.before, limit: PAGE };
      room.putPage(await patient(line, request));
      if (room.name === BOX) for (const said of room.messages) this.places.ofSaid(said);
    } finally {
      room.loading = false;
      this.#tell("messages", { room });
    }
    this.#tell("places");
  }

  /* The conversation with one person. */
  direct(nick) {
    const place = this.places.of(this.places.room(BOX), nick);
    this.#tell("places");
    return place;
  }

  say({ room, peer }, text) {
    const type = peer === null ? "say" : "direct";
    this.#send({ type, room: room.name, to: peer ?? undefined, text });
  }

  edit({ room, offset }, text) {
    this.#send({ type: "edit", room, offset, text });
  }

  remove({ room, offset }) {
    this.#send({ type: "delete", room, offset });
  }

  isTyping({ room, peer }) {
    if (peer === null) this.session.send({ type: "typing", room: room.name }, { late: false });
  }

  #send(entry) {
    const { client } = this.#identity;
    this.outbox.add({ ...entry, client, seq: this.#identity.nextSeq(), at: Date.now() / 1000 });
  }

  /* Messages of a place, the oldest first; those on their way have an `entry`. */
  shown(place) {
    return this.places.shown(place, this.outbox.entries);
  }

  /* The edit or deletion of a message that is on its way, or was refused. */
  changing({ room, offset }) {
    return this.outbox.entries.find((entry) => entry.room === room && entry.offset === offset);
  }

  #answered({ type, room: name, to, client, seq, text }, { offset, at }) {
    const room = this.places.known(name);
    const spoken = type === "say" || type === "direct";
    if (!room || !spoken || room.has(keyOf({ client, seq }))) return;
    room.put({ room: room.name, offset, at, nick: this.nick, to, client, seq, text });
  }
}

function joining({ name, last, log }) {
  return last === null
    ? { type: "join", room: name }
    : { type: "join", room: name, after: last, log };
}

function giveUp(error) {
  throw error instanceof Refused ? new GiveUp(refusal(error.reply)) : error;
}

/* Of what is asked for by the way: without an answer, what is shown is what was known. */
function ignoreFailure(error) {
  if (!(error instanceof Refused || error instanceof Lost)) throw error;
}

/* Ask again as late as the server wants, of what time may mend. */
export async function patient(line, request, rest = pause) {
  for (;;) {
    try {
      return await line.request(request);
    } catch (error) {
      if (!(error instanceof Refused && TRANSIENT.has(error.reply.code))) throw error;
      await rest((error.reply.retry_after ?? LATER) * 1000);
    }
  }
}
