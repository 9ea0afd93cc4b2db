/* When to draw: once for each frame of the screen in which something changed, and else never.

   const painter = new Painter(draw);
   painter.mark();                       // any number of times: `draw` runs once, soon

   Where people ask for less motion, once a second instead. A page that can't be seen gets no frames
   from the browser; what it missed is drawn when it is shown again. */

const CALM = 1000; // milliseconds

export class Painter {
  #draw;
  #marked = false;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #last = -CALM;

  constructor(draw) {
    this.#draw = draw;
  }

  mark() {
    if (this.#marked) return;
    this.#marked = true;
    const pause = this.#calm.matches ? this.#last + CALM - performance.now() : 0;
    if (pause > 0) setTimeout(() => this.#request(), pause);
    else this.#request();
  }

  #request() {
    requestAnimationFrame((now) => {
      this.#marked = false;
      this.#last = now;
      this.#draw(now);
    });
  }
}
