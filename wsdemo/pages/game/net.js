/* The way to the server: a session that joins, finds its player again, and may be slowed down.

   const line = dial({ name, kept, lag: () => 200, joined: (welcome) => …, heard: (octets) => … });
   line.addEventListener("message", ({ detail }) => …);
   line.send(message, { late: false });

   Whoever has the token plays the player: it is kept in the tab, and given at every join. */

import { GiveUp, JSON_TEXT, Refused, Session, beside } from "./kit/session.js";
import { lagged } from "./lag.js";
import { VERSION } from "./rules.js";

const TAKEN_OVER = 4001;

/* Args: `kept` a store of the kit, `lag` the round trip to add, in milliseconds; `joined` is called
   with every welcome, `heard` with the size of every message, in octets. */
export function dial({ name, kept, lag, joined, heard }) {
  const utf8 = new TextEncoder();
  const codec = {
    ...JSON_TEXT,
    decode: (data) => {
      heard(utf8.encode(data).length);
      return JSON_TEXT.decode(data);
    },
  };
  const options = {
    protocols: ["game.v1.json"],
    codec,
    // What keeps a silent line alive, and is answered.
    ping: () => ({ type: "ask", id: 0 }),
    resume: async (line) => joined(await join(line, name, kept)),
    final: (code) => code === TAKEN_OVER,
  };
  const connect = (uri, protocols) => lagged(new WebSocket(uri, protocols), () => lag() / 2);
  return new Session(beside("ws"), options, { connect });
}

async function join(line, name, kept) {
  const token = kept.get("token");
  const welcome = await asked(line, token ? { name, token } : { name }, kept);
  if (welcome.version !== VERSION) throw new GiveUp("this page is too old; load it again");
  kept.set("token", welcome.token);
  return welcome;
}

/* A token that is worth nothing any more is forgotten, and a new player begins. */
async function asked(line, wanted, kept) {
  try {
    return await line.request({ type: "join", ...wanted });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.reply.code !== "token" || !wanted.token) throw new GiveUp(error.message);
    kept.remove("token");
    return asked(line, { name: wanted.name }, kept);
  }
}
