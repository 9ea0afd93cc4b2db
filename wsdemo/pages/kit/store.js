/* What a tab remembers over a reload; without storage, what the page remembers until then.

   import { store } from "./kit/store.js";

   const kept = store("chat");           // names begin with "chat."
   kept.set("token", token);             // anything that JSON can hold
   kept.get("token", null);
   kept.remove("token");

   sessionStorage: a tab's own, gone with it, so a token doesn't lie about. In an iframe of another
   origin a browser may forbid it, or give the page one for that frame alone. Every call may throw,
   even the mere look at it. */

export function store(name, area = sessionArea) {
  const memory = new Map();
  const tried = (action) => {
    try {
      return action(area());
    } catch {
      return null; // it may not be used, or it is full: `memory` has it
    }
  };
  return {
    get(key, otherwise = null) {
      const text = memory.get(key) ?? tried((storage) => storage.getItem(`${name}.${key}`));
      try {
        return text === null ? otherwise : JSON.parse(text);
      } catch {
        return otherwise; // somebody else's
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      memory.set(key, text);
      tried((storage) => storage.setItem(`${name}.${key}`, text));
    },
    remove(key) {
      memory.delete(key);
      tried((storage) => storage.removeItem(`${name}.${key}`));
    },
  };
}

function sessionArea() {
  return globalThis.sessionStorage;
}
