/* What the page says: refusals, times, amounts. Everything here is text, never markup. */

const REFUSALS = {
  nick_taken: "This nickname belongs to somebody else. Choose another one.",
  no_room: "There is no such room.",
  room_taken: "There is a room of this name already.",
  no_access: "This room is for those who are invited.",
  forbidden: "You may not do this here.",
  not_in_room: "You are not in this room.",
  no_message: "This message is not there any more.",
  no_person: "Nobody has this nickname.",
  last_owner: "A room has to have an owner; make somebody else one first.",
  not_stored: "The server could not store it. It is sent again soon.",
};

/* Put a refusal into words: ours if we know the code, else the server's. */
export function refusal({ code, reason, retry_after: seconds }) {
  if (code === "slow_down") return `Too fast. It is sent again in ${Math.ceil(seconds ?? 1)} s.`;
  return REFUSALS[code] ?? (reason || code);
}

export function amount(number, one, many = `${one}s`) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/* Times are in seconds since the epoch. */
export function clock(at) {
  return CLOCK.format(at * 1000);
}

export function day(at) {
  return DAY.format(at * 1000);
}

export function isoTime(at) {
  return new Date(at * 1000).toISOString();
}

/* Names are compared about as the server does: NFKC, and no difference between cases. */
export function fold(name) {
  return name.normalize("NFKC").toLowerCase();
}

const LETTERS = new Intl.Segmenter();

/* What stands in the little square beside a name: its first character, as people count them. */
export function initial(name) {
  const [first] = LETTERS.segment(name);
  return first.segment.toUpperCase();
}

/* Make of what was typed or pasted what may be sent: no control characters but the line feed. */
export function cleaned(text) {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ");
  const visible = plain.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "");
  // Half a surrogate pair is no Unicode: the server couldn't even read whose answer it waits for.
  return visible.replace(/\p{Surrogate}/gu, "\ufffd").trim();
}
