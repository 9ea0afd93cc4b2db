/* What is chosen in the page: in its form, and in its address, so that a reload keeps it.

   const settings = new Settings(form, { connection: () => begin(), pace: () => slow() });
   settings.values        // { codec: "json", slow: "conflate", window: 16, cost: 0 }
   settings.patterns      // those of the address: ?pattern=A*&pattern=B*, or all there are

   `connection` is called when something changed that the server is told at the start. */

const WINDOW = 16; // messages that may be on their way, taken by nobody yet
const DEFAULTS = { codec: "json", slow: "conflate", window: "on", cost: "0" };

export class Settings {
  #form;

  constructor(form, { connection, pace }) {
    this.#form = form;
    const asked = new URLSearchParams(location.search);
    for (const name of Object.keys(DEFAULTS)) if (asked.has(name)) this.#set(name, asked.get(name));
    this.patterns = asked.has("pattern") ? asked.getAll("pattern").filter(Boolean) : ["*"];
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => {
      if (target.name === "cost") pace();
    });
    form.addEventListener("change", ({ target }) => {
      this.keep();
      if (target.name !== "cost") connection();
    });
  }

  get values() {
    const { codec, slow, window, cost } = this.#form.elements;
    return {
      codec: codec.value,
      slow: slow.value,
      window: window.checked ? WINDOW : 0,
      cost: Number(cost.value),
    };
  }

  setCost(cost) {
    this.#form.elements.cost.value = cost;
    this.keep();
  }

  /* Write into the address what is not as usual. */
  keep() {
    const { codec, slow, window, cost } = this.values;
    const now = { codec, slow, window: window ? "on" : "off", cost: String(cost) };
    const kept = new URLSearchParams(
      Object.entries(now).filter(([name, value]) => value !== DEFAULTS[name]),
    );
    if (this.patterns.join("\n") !== "*") {
      for (const pattern of this.patterns.length ? this.patterns : [""]) {
        kept.append("pattern", pattern);
      }
    }
    const query = kept.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  }

  #set(name, value) {
    const control = this.#form.elements[name];
    if (name === "window") control.checked = value !== "off";
    else {
      const before = control.value;
      control.value = value;
      if (!control.value) control.value = before; // none of the choices
    }
  }
}
