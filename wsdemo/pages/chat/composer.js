/* Where one writes: Enter sends, Shift+Enter begins a new line, the arrow up edits one's last.

   const composer = new Composer({ say, edit, typing, last });
   composer.write(place);      // what was begun there comes back
   composer.change(message);   // edit it */

import { byId, fault } from "./kit/dom.js";
import { amount, cleaned } from "./words.js";

const LONGEST = 2_000; // characters, as the server counts them
const COUNTED = 200; // characters from the end, from where on they are counted down
const TYPING = 2_000; // milliseconds between two signs that somebody is typing

export class Composer {
  #act;
  #form = byId("composer");
  #text = byId("text");
  #hint = byId("text-hint");
  #usual = byId("text-hint").textContent;
  #drafts = new Map();
  #place = null;
  #editing = null;
  #toldAt = -Infinity;

  constructor(act) {
    this.#act = act;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => this.#typed());
    byId("cancel").addEventListener("click", () => this.#stopEditing());
  }

  /* Not on a touch screen, where a keyboard would come up over half of what is to be read. */
  focus() {
    if (!matchMedia("(pointer: coarse)").matches) this.#text.focus();
  }

  write(place) {
    if (place === this.#place) return;
    this.#stopEditing();
    this.#keepDraft();
    this.#place = place;
    this.#fill(this.#drafts.get(place.key) ?? "");
    fault(this.#text, "");
  }

  #keepDraft() {
    if (this.#place && !this.#editing) this.#drafts.set(this.#place.key, this.#text.value);
  }

  /* Why nothing can be written here, or "". */
  allow(why) {
    this.#text.disabled = Boolean(why);
    byId("send").disabled = Boolean(why);
    this.#text.placeholder = why;
  }

  change(message) {
    this.#keepDraft();
    this.#editing = message;
    byId("editing").hidden = false;
    byId("send").textContent = "Save";
    this.#fill(message.text);
    this.#text.focus();
  }

  #stopEditing() {
    if (!this.#editing) return;
    this.#editing = null;
    byId("editing").hidden = true;
    byId("send").textContent = "Send";
    fault(this.#text, "");
    this.#fill(this.#drafts.get(this.#place.key) ?? "");
    this.#text.focus();
  }

  #fill(text) {
    this.#text.value = text;
    this.#grow();
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }

  #key(event) {
    const { key, shiftKey, isComposing } = event;
    // While an input method composes, Enter chooses a word.
    if (key === "Enter" && !shiftKey && !isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (key === "Escape" && this.#editing) {
      this.#stopEditing();
    } else if (key === "ArrowUp" && !this.#text.value && !this.#editing) {
      const message = this.#act.last();
      if (!message) return;
      event.preventDefault();
      this.change(message);
    }
  }

  #typed() {
    this.#grow();
    const left = LONGEST - length(cleaned(this.#text.value));
    this.#hint.textContent = left > COUNTED ? this.#usual : counted(left);
    fault(this.#text, left < 0 ? `${LONGEST} characters are the most that can be sent.` : "");
    const now = performance.now();
    if (this.#editing || !this.#text.value || now - this.#toldAt < TYPING) return;
    this.#toldAt = now;
    this.#act.typing();
  }

  #submit() {
    const text = cleaned(this.#text.value);
    if (!text || this.#text.disabled || length(text) > LONGEST) return;
    this.#toldAt = -Infinity;
    if (this.#editing) {
      if (text !== this.#editing.text) this.#act.edit(this.#editing, text);
      this.#stopEditing();
      return;
    }
    this.#drafts.delete(this.#place.key);
    this.#fill("");
    this.#hint.textContent = this.#usual;
    this.#act.say(text);
  }
}

function counted(left) {
  return `${amount(Math.abs(left), "character")} ${left < 0 ? "too many" : "left"}`;
}

/* Characters, not the 16-bit units that JavaScript counts. */
function length(text) {
  return [...text].length;
}
