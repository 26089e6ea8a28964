/* One sound: a large button, no seeking, and how much of it was really heard.
 *
 * Replays count, pauses do not, nor does what plays at no volume. Seconds throughout.
 */

const LONGEST_STEP_S = 1.5; // between two looks at the clock; more is a jump, not listening
const SOUNDS = "musegen-sounds"; // one sound at a time, whoever plays it

const SHAPES = `
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path class="when-paused" d="M8 5.2v13.6c0 .8.9 1.3 1.6.9l10.6-6.8c.6-.4.6-1.3 0-1.7L9.6 4.3c-.7-.4-1.6.1-1.6.9z" />
    <path class="when-playing" d="M7 4.5h3.2c.4 0 .8.4.8.8v13.4c0 .4-.4.8-.8.8H7c-.4 0-.8-.4-.8-.8V5.3c0-.4.4-.8.8-.8zm6.8 0H17c.4 0 .8.4.8.8v13.4c0 .4-.4.8-.8.8h-3.2c-.4 0-.8-.4-.8-.8V5.3c0-.4.4-.8.8-.8z" />
  </svg>`;

class Player {
  /** Draw a player into `home`; `onChange` is called whenever something has been heard. */
  constructor(home, { label, showsLabel, key, words, onChange }) {
    this.words = words;
    this.label = label;
    this.onChange = onChange;
    this.heard = 0;
    this.plays = 0;
    this.before = null;
    this.audio = new Audio();
    this.leaving = new AbortController();
    this.build(home, showsLabel, key);
    this.listen();
  }

  build(home, showsLabel, key) {
    this.element = make("section", "listening");
    this.element.setAttribute("aria-label", this.label);
    this.button = make("button", "play");
    this.button.type = "button";
    this.button.disabled = true;
    this.button.innerHTML = SHAPES;
    this.word = make("span", "word");
    this.button.append(this.word);
    if (key) {
      const hint = make("kbd", "", key);
      hint.setAttribute("aria-hidden", "true");
      this.button.append(hint);
    }
    this.track = make("div", "track");
    this.done = make("div", "done");
    this.track.append(this.done);
    for (const [name, value] of [
      ["role", "progressbar"],
      ["aria-label", `${this.label}: ${this.words.progress}`],
      ["aria-valuemin", 0],
      ["aria-valuemax", 100],
      ["aria-valuenow", 0],
    ])
      this.track.setAttribute(name, value);
    const time = make("div", "time");
    time.setAttribute("aria-hidden", "true");
    this.now = make("span", "now", "0:00");
    this.total = make("span", "total", "0:00");
    time.append(this.now, " / ", this.total);
    const progress = make("div", "progress");
    progress.append(this.track, time);
    this.trouble = make("p", "trouble", this.words.trouble);
    this.trouble.setAttribute("role", "alert");
    this.trouble.hidden = true;
    if (showsLabel) this.element.append(make("p", "label", this.label));
    this.element.append(this.button, progress, this.trouble);
    home.append(this.element);
  }

  show(mp3) {
    this.address = URL.createObjectURL(new Blob([mp3], { type: "audio/mpeg" }));
    this.audio.src = this.address;
    this.audio.load();
    this.draw();
  }

  listen() {
    const on = (target, name, act) =>
      target.addEventListener(name, act, { signal: this.leaving.signal });
    on(this.button, "click", () => this.toggle());
    on(window, SOUNDS, (event) => event.detail !== this && this.audio.pause());
    on(this.audio, "loadedmetadata", () => this.draw());
    on(this.audio, "play", () => this.begin());
    on(this.audio, "timeupdate", () => this.count());
    on(this.audio, "pause", () => this.rest());
    on(this.audio, "ended", () => this.rest());
    on(this.audio, "error", () => {
      this.trouble.hidden = false;
      this.draw();
    });
  }

  toggle() {
    if (this.button.disabled) return;
    if (this.audio.paused) this.audio.play().catch(() => this.draw());
    else this.audio.pause();
  }

  begin() {
    window.dispatchEvent(new CustomEvent(SOUNDS, { detail: this }));
    this.plays += 1;
    this.before = this.audio.currentTime;
    this.draw();
    this.onChange(this);
  }

  count() {
    const now = this.audio.currentTime;
    const step = this.before === null ? 0 : now - this.before;
    if (step > 0 && step < LONGEST_STEP_S && !this.audio.muted && this.audio.volume > 0) {
      this.heard += step;
    }
    this.before = now;
    this.draw();
    this.onChange(this);
  }

  rest() {
    this.count();
    this.before = null;
    this.draw();
  }

  /** Whether so many seconds were heard, or as much as there is. */
  wasHeard(enough) {
    const { duration } = this.audio;
    return this.heard >= Math.min(enough, Number.isFinite(duration) ? duration - 0.5 : enough);
  }

  draw() {
    const { currentTime, duration, paused, ended } = this.audio;
    const length = Number.isFinite(duration) ? duration : 0;
    const share = length ? Math.min(1, currentTime / length) : 0;
    const { play, pause, again } = this.words;
    const word = paused ? (ended ? again : play) : pause;
    if (this.word.textContent !== word) this.word.textContent = word;
    this.element.toggleAttribute("data-playing", !paused);
    this.button.disabled = !this.address || !!this.audio.error;
    this.done.style.width = `${100 * share}%`;
    this.track.setAttribute("aria-valuenow", Math.round(100 * share));
    this.now.textContent = clock(currentTime);
    this.total.textContent = clock(length);
  }

  leave() {
    this.leaving.abort();
    this.audio.pause();
    this.audio.removeAttribute("src");
    if (this.address) URL.revokeObjectURL(this.address);
  }
}

function make(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
