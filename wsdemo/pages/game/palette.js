/* The colours of the picture: those of the page, as game.css says them, light or dark.

   const palette = paletteOf(canvas);
   context.fillStyle = palette.wall;
   context.fillStyle = palette.player(7);      // by id */

const NAMES = "paper ink soft line edge accent bad good wall hatch ground".split(" ");
const PLAYERS = 8;

export function paletteOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const players = Array.from({ length: PLAYERS }, (_, number) => read(`player-${number}`));
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, read(name)])),
    player: (id) => players[id % PLAYERS],
    sans: style.fontFamily,
  };
}
