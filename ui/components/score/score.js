/* A song's notation: as wide as there is room for, with the notes that sound lit up.
 *
 * It hears from the player by the window's "musegen-time" events, and a click near a note
 * asks the player to go there by "musegen-seek". Times are seconds of the audio.
 */

const REACH_PX = 24;

const scores = new WeakMap();

export default function mount({ data, parentElement }) {
  let score = scores.get(parentElement);
  if (!score) {
    score = new Score(parentElement);
    scores.set(parentElement, score);
  }
  score.show(data);
  return () => {
    score.leave();
    scores.delete(parentElement);
  };
}

class Score {
  constructor(root) {
    this.box = root.querySelector(".score");
    this.sheet = root.querySelector(".sheet");
    this.notes = [];
    this.lit = new Set();
    this.time = 0;
    this.leaving = new AbortController();
    const signal = this.leaving.signal;
    window.addEventListener("musegen-time", (event) => this.follow(event.detail), { signal });
    this.sheet.addEventListener("click", (event) => this.ask(event), { signal });
    this.resizing = new ResizeObserver(() => this.lay());
    this.resizing.observe(this.box);
  }

  show(data) {
    if (this.data && this.data.song === data.song) return;
    this.data = data;
    this.layout = null;
    this.notes = [];
    this.time = 0;
    this.box.scrollTop = 0;
    this.lay();
  }

  /* Draw the widest layout that fits; the narrowest when none does. */
  lay() {
    const room = this.box.clientWidth;
    if (!this.data || !room) return;
    const layouts = [...this.data.layouts].sort((a, b) => b.width - a.width);
    const best = layouts.find(({ width }) => width <= room * 1.15) ?? layouts.at(-1);
    if (best === this.layout) return;
    this.layout = best;
    this.sheet.innerHTML = best.svg;
    this.lit.clear();
    this.notes = Object.entries(this.data.sounding)
      .map(([id, [start, end]]) => ({ start, end, element: this.sheet.querySelector(`#${id}`) }))
      .filter(({ element }) => element)
      .sort((a, b) => a.start - b.start);
    this.light();
  }

  follow({ song, time }) {
    if (!this.data || song !== this.data.song || time === this.time) return;
    this.time = time;
    this.light();
  }

  light() {
    const lit = new Set();
    if (this.time > 0) {
      for (const { start, end, element } of this.notes) {
        if (start > this.time) break;
        if (this.time < end) lit.add(element);
      }
    }
    for (const element of this.lit) if (!lit.has(element)) element.classList.remove("sounding");
    for (const element of lit) if (!this.lit.has(element)) element.classList.add("sounding");
    const [first] = lit;
    if (first && !this.lit.has(first)) this.reveal(first);
    this.lit = lit;
  }

  /* Scroll the box, never the page, so that the line that sounds stands in it. */
  reveal(note) {
    const line = note.closest(".system") ?? note;
    const [there, here] = [line.getBoundingClientRect(), this.box.getBoundingClientRect()];
    if (there.top >= here.top && there.bottom <= here.bottom) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = this.box.scrollTop + there.top - here.top - 12;
    this.box.scrollTo({ top, behavior: still ? "auto" : "smooth" });
  }

  /* A click, or a thumb, goes to the nearest note. */
  ask({ clientX, clientY }) {
    let nearest = { distance: REACH_PX, start: null };
    for (const { start, element } of this.notes) {
      const head = (element.querySelector(".notehead") ?? element).getBoundingClientRect();
      const distance = Math.hypot(
        clientX - (head.left + head.right) / 2,
        clientY - (head.top + head.bottom) / 2,
      );
      if (distance < nearest.distance) nearest = { distance, start };
    }
    if (nearest.start === null) return;
    const detail = { song: this.data.song, time: nearest.start };
    window.dispatchEvent(new CustomEvent("musegen-seek", { detail }));
  }

  leave() {
    this.resizing.disconnect();
    this.leaving.abort();
  }
}
