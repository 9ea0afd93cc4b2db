/* The conversations of a page: rooms, and what is said with one person directly.

   A place is what is shown as one conversation: {key, room, peer, title, unread}. What is said
   directly stands in a room of one's own, "@"; of that, a place is the part with one person. */

import { Room, keyOf } from "./room.js";
import { fold } from "./words.js";

export const BOX = "@";
const SPOKEN = new Set(["say", "direct"]);

export class Places {
  rooms = new Map(); // by folded name
  all = new Map(); // by key
  nick = "";

  isMine(nick) {
    return fold(nick) === fold(this.nick);
  }

  /* The room of a name, known or new. */
  room(name) {
    const key = fold(name);
    if (!this.rooms.has(key)) this.rooms.set(key, new Room(name));
    return this.rooms.get(key);
  }

  known(name) {
    return this.rooms.get(fold(name));
  }

  /* Call a room as the server writes it; return it, or the one that is called so already. */
  rename(room, name) {
    this.rooms.delete(fold(room.name));
    const known = this.known(name);
    if (known) return known;
    room.name = name;
    this.rooms.set(fold(name), room);
    return room;
  }

  /* The conversation in a room, or with a person, known or new. */
  of(room, peer = null) {
    const key = peer === null ? `room ${fold(room.name)}` : `person ${fold(peer)}`;
    if (!this.all.has(key)) {
      this.all.set(key, { key, room, peer, title: peer ?? room.name, unread: 0 });
    }
    return this.all.get(key);
  }

  /* The conversation that something was said in. */
  ofSaid(said) {
    const room = this.room(said.room);
    return this.of(room, room.name === BOX ? this.#peer(said) : null);
  }

  #peer({ nick, to }) {
    return this.isMine(nick) ? (to ?? nick) : nick;
  }

  drop(room) {
    this.rooms.delete(fold(room.name));
    this.all.delete(`room ${fold(room.name)}`);
  }

  clear() {
    this.rooms.clear();
    this.all.clear();
  }

  /* The messages of a place, and at their end what is on its way there. */
  shown({ room, peer }, entries) {
    const here = (said) => peer === null || fold(this.#peer(said)) === fold(peer);
    const waiting = entries
      .filter(({ type, room: name }) => SPOKEN.has(type) && fold(name) === fold(room.name))
      .map((entry) => ({ ...entry, nick: this.nick, key: keyOf(entry), entry }))
      .filter(({ key }) => !room.has(key));
    return [...room.messages, ...waiting].filter(here);
  }
}
