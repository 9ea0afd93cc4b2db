/* What the server says without being asked, and what it changes in what is known. */

const LOGGED = new Set(["said", "edited", "deleted"]);

export class News {
  #places;
  #env;

  /* `env`: tell(what, more), now(), out(room), refreshRooms(). */
  constructor(places, env) {
    this.#places = places;
    this.#env = env;
  }

  hear(message) {
    const { type } = message;
    if (LOGGED.has(type)) this.#logged(message);
    else if (type === "presence") this.#people(message, (room) => room.present(message.changes));
    else if (type === "granted") this.#granted(message);
    else if (type === "typing") this.#typing(message);
    else if (type === "gap") this.#gap(message);
    else if (type === "invited") this.#invited(message);
    else if (type === "left" && message.re === undefined) this.#expelled(message);
  }

  #notice(words) {
    this.#env.tell("notice", { words });
  }

  #logged(event) {
    const room = this.#places.known(event.room);
    if (!room?.joined || !room.take(event)) return;
    room.typing.delete(event.nick);
    const isNew = event.type === "said";
    const fresh = isNew ? { place: this.#places.ofSaid(event), said: event } : null;
    this.#env.tell("messages", { room, fresh });
    this.#env.tell("typing", { room });
  }

  #people({ room: name }, action) {
    const room = this.#places.known(name);
    if (!room) return;
    action(room);
    this.#env.tell("people", { room });
    this.#env.tell("typing", { room });
  }

  #granted({ room: name, nick, role }) {
    this.#people({ room: name }, (room) => {
      room.grant(nick, role);
      if (this.#places.isMine(nick)) room.role = role;
    });
    this.#env.tell("places");
  }

  #typing({ room: name, nick, seconds }) {
    const room = this.#places.known(name);
    if (!room || this.#places.isMine(nick)) return;
    room.typing.set(nick, this.#env.now() + seconds * 1000);
    this.#env.tell("typing", { room });
  }

  #gap({ room: name, offset }) {
    const room = this.#places.known(name);
    if (!room || offset <= room.last) return;
    room.last = offset;
    this.#notice(`Some of what was said in ${name} is too old to be kept.`);
  }

  #invited({ room, role, by }) {
    const words = role === "none" ? "no longer lets you into" : "lets you into";
    this.#notice(`${by} ${words} the room ${room}.`);
    this.#env.refreshRooms();
  }

  #expelled({ room: name, reason }) {
    const room = this.#places.known(name);
    if (!room) return;
    this.#env.out(room);
    this.#notice(`You are not in ${name} any more${reason ? `: ${reason}` : "."}`);
    this.#env.tell("places");
    this.#env.refreshRooms();
  }
}
