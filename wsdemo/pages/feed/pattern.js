/* Patterns as the server matches them: `*` for any characters, `?` for one, all others themselves.

   matches("A*", "AAB")              // true

   The page needs them for one thing: which symbols are left after an `unsubscribe`.

   Two pointers and one way back, to the last star: at most pattern × symbol steps. A regular
   expression made of the pattern could take exponentially many. */

export function matches(pattern, symbol) {
  const wanted = [...pattern]; // characters, not halves of them
  const given = [...symbol];
  let star = -1;
  let tried = 0; // how much of the symbol the last star has taken
  let at = 0;
  let next = 0;
  while (next < given.length) {
    if (wanted[at] === "*") {
      star = at++;
      tried = next;
    } else if (wanted[at] === "?" || wanted[at] === given[next]) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++tried;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}

export function matchesAny(patterns, symbol) {
  return patterns.some((pattern) => matches(pattern, symbol));
}
