/* Coming in: a nickname, a room, and in words what is wrong with them.

   const door = new Door(talk, (place) => ...);   // called when one is in
   door.begin(identity);    // after a reload one is still there; else the form is shown
   door.open();             // the form again */

import { byId, fault } from "./kit/dom.js";
import { GiveUp, Lost, Refused } from "./kit/session.js";
import { fold, refusal } from "./words.js";

export class Door {
  #talk;
  #entered;
  #nick = byId("nick");
  #room = byId("first-room");

  constructor(talk, entered) {
    this.#talk = talk;
    this.#entered = entered;
    byId("enter").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /* The address may say who comes, and where to: "#nick=ada&room=lobby". */
  begin({ nick, rooms }) {
    const asked = new URLSearchParams(location.hash.slice(1));
    this.#room.value = asked.get("room") || this.#room.value;
    this.#nick.value = asked.get("nick") || nick;
    if (nick && fold(this.#nick.value) === fold(nick)) {
      this.#enter(nick, rooms.length ? "" : this.#room.value);
      return;
    }
    if (nick) this.#talk.exit(); // somebody else comes now
    this.open();
  }

  open() {
    byId("door").hidden = false;
    byId("status").hidden = true;
    this.#nick.focus();
  }

  #submit() {
    fault(this.#nick, this.#nick.value.trim() ? "" : "Nobody can be without a name.");
    fault(this.#room, this.#room.value.trim() ? "" : "A room has to have a name.");
    const wrong = [this.#nick, this.#room].find((input) => !input.value.trim());
    if (wrong) wrong.focus();
    else this.#enter(this.#nick.value.trim(), this.#room.value.trim());
  }

  async #enter(nick, room) {
    byId("status").hidden = false;
    let input = this.#nick;
    try {
      await this.#talk.enter(nick);
      input = this.#room;
      const place = room ? await this.#joinOrCreate(room) : null;
      byId("door").hidden = true;
      this.#entered(place);
    } catch (error) {
      this.open();
      fault(input, inWords(error));
      input.focus();
    }
  }

  async #joinOrCreate(name) {
    try {
      return await this.#talk.join(name);
    } catch (error) {
      if (!(error instanceof Refused) || error.reply.code !== "no_room") throw error;
      return this.#talk.create(name);
    }
  }
}

/* What to say of a request that failed. Anything but these is a fault of ours, and goes on. */
export function inWords(error) {
  if (error instanceof Refused) return refusal(error.reply);
  if (error instanceof Lost) return "There is no connection just now. Try again when there is.";
  if (error instanceof GiveUp) return error.message;
  throw error;
}
