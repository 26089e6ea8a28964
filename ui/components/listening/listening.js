/* The listening test's player: one large button, no seeking.
 *
 * Streamlit calls the default export when the player appears, and again whenever its data or
 * the theme changes. `data` is an MP3 as bytes, so no address can tell one clip from another.
 * What is reported is the time really heard, in seconds: replays count, pauses do not.
 */

const REPORT_AT_S = [1, 5]; // what the sound check and a vote wait for
const REPORT_EVERY_S = 5;
const LONGEST_STEP_S = 1.5; // between two looks at the clock; more is a jump, not listening

const players = new WeakMap();
let sounding = null; // one clip sounds at a time

export default function mount({ data, parentElement, setStateValue }) {
  let player = players.get(parentElement);
  if (!player) {
    player = new Player(parentElement);
    players.set(parentElement, player);
  }
  player.report = (heard) => setStateValue("heard", heard);
  player.show(data);
  return () => {
    player.leave();
    players.delete(parentElement);
  };
}

class Player {
  constructor(root) {
    this.element = root.querySelector(".listening");
    this.button = root.querySelector(".play");
    this.word = root.querySelector(".word");
    this.track = root.querySelector(".track");
    this.done = root.querySelector(".done");
    this.now = root.querySelector(".now");
    this.total = root.querySelector(".total");
    this.trouble = root.querySelector(".trouble");
    this.audio = new Audio();
    this.leaving = new AbortController();
    this.listen();
  }

  show(data) {
    if (!data || isSame(data, this.data)) return;
    this.data = data;
    this.heard = 0;
    this.reported = 0;
    this.before = null;
    this.audio.pause();
    URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(new Blob([data], { type: "audio/mpeg" }));
    this.trouble.hidden = true;
    this.audio.src = this.address;
    this.audio.load();
    this.draw();
  }

  listen() {
    const on = (target, name, act) =>
      target.addEventListener(name, act, { signal: this.leaving.signal });
    on(this.button, "click", () => this.toggle());
    // Whatever is pressed next may be the vote: it shall know all that was heard.
    on(window, "pointerdown", () => this.tell());
    on(window, "keydown", () => this.tell());
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
    if (this.audio.paused) {
      this.audio.play().catch(() => this.draw());
    } else {
      this.audio.pause();
    }
  }

  begin() {
    if (sounding && sounding !== this) sounding.audio.pause();
    sounding = this;
    this.before = this.audio.currentTime;
    this.draw();
  }

  count() {
    const now = this.audio.currentTime;
    const step = this.before === null ? 0 : now - this.before;
    if (step > 0 && step < LONGEST_STEP_S && !this.audio.muted && this.audio.volume > 0) {
      this.heard += step;
    }
    this.before = now;
    if (this.isReportDue()) this.tell();
    this.draw();
  }

  isReportDue() {
    const passed = REPORT_AT_S.some((at) => this.reported < at && this.heard >= at);
    return passed || this.heard - this.reported >= REPORT_EVERY_S;
  }

  rest() {
    this.count();
    this.before = null;
    this.tell();
    this.draw();
  }

  tell() {
    if (this.heard <= this.reported) return;
    this.reported = this.heard;
    this.report(Math.round(this.heard * 100) / 100);
  }

  draw() {
    const { currentTime, duration, paused, ended } = this.audio;
    const length = Number.isFinite(duration) ? duration : 0;
    const share = length ? Math.min(1, currentTime / length) : 0;
    const { play, pause, again } = this.word.dataset;
    this.word.textContent = paused ? (ended ? again : play) : pause;
    this.element.toggleAttribute("data-playing", !paused);
    this.button.disabled = !length;
    this.done.style.width = `${100 * share}%`;
    this.track.setAttribute("aria-valuenow", Math.round(100 * share));
    this.now.textContent = clock(currentTime);
    this.total.textContent = clock(length);
  }

  leave() {
    this.leaving.abort();
    this.audio.pause();
    this.audio.removeAttribute("src");
    URL.revokeObjectURL(this.address);
    if (sounding === this) sounding = null;
  }
}

function isSame(one, other) {
  return (
    one === other ||
    (!!other && one.length === other.length && one.every((byte, i) => byte === other[i]))
  );
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
