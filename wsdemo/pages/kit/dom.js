/* Elements without markup: what came from outside is text, and stays text.

   import { announcer, byId, el, fault, svg } from "./kit/dom.js";

   const row = el("li", { class: "message", "data-offset": 7 },
     el("bdi", {}, nick), " ", text,
     el("button", { type: "button", onclick: () => edit(7), disabled: !mine }, "Edit"));
   byId("list").append(row);

   fault(byId("nick"), "This nickname is taken.");   // in words beside the input, read out with it
   fault(byId("nick"), "");                          // all is well again

   const say = announcer(byId("news"), 2000);   // an empty element with aria-live="polite"
   say("3 new messages");                       // at most once in 2 s; the last one counts
   say(() => `${count} new messages`);          // made up when it is said */

const SVG = "http://www.w3.org/2000/svg";

/* The element with an id. It is an error if there is none. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

/* Make an element. Attributes: `on…` with a function listens; true and false set and leave out
   (aria-… excepted, where "false" is a value); null leaves out. Children: nodes and text. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/* The same for a drawing. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-") || typeof value !== "boolean") node.setAttribute(name, value);
    else node.toggleAttribute(name, value);
  }
  // `append` makes text nodes of strings.
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/* Say beside an input what is wrong with it; "" for nothing. The words are in the element that its
   `data-fault` names by id, or in one that is made after it. */
export function fault(input, words) {
  const id = input.dataset.fault ?? `${input.id}-fault`;
  let place = document.getElementById(id);
  if (!place) {
    place = el("p", { id, class: "fault", role: "alert", hidden: true });
    input.after(place);
  }
  const others = (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .filter((other) => other && other !== id);
  const described = [...others, ...(words ? [id] : [])].join(" ");
  if (described) input.setAttribute("aria-describedby", described);
  else input.removeAttribute("aria-describedby");
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  place.hidden = !words;
  if (place.textContent !== words) place.textContent = words; // else it would be read out again
}

/* Return a function that has a screen reader say something, but not more often than it can be
   listened to. */
export function announcer(region, every = 2_000, later = (action, ms) => setTimeout(action, ms)) {
  let next = null;
  let resting = false;
  const speak = () => {
    resting = next !== null;
    if (!resting) return;
    region.textContent = typeof next === "function" ? next() : next;
    next = null;
    later(speak, every);
  };
  return (words) => {
    next = words;
    if (!resting) speak();
  };
}
