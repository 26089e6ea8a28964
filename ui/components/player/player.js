/* A song's player: sound, sections, and a piano roll that moves with the sound.
 *
 * Streamlit calls the default export when the player appears, and again whenever its data or
 * the theme changes; one Player lives as long as its root. Times are seconds of the audio.
 * The score below the player listens to the window's "musegen-time" events, and asks for a
 * place in the song by "musegen-seek".
 */

const PART_HUES = ["#d9566b", "#dd9130", "#2d9f8c", "#5b78dd", "#a765c4", "#7d8a3c", "#8a7668"];
const SECTION_HUES = ["#4a7fb5", "#cf9a2e", "#4f9d69", "#a8629e", "#c8684a", "#3f9aa3", "#8b7ac6"];
const EDGE_HUE = "#8d8f94"; // intro and outro

const PIXELS_PER_SECOND = 64;
const PLAYHEAD_AT = 0.28; // of the roll's width
const KEY_STEP_S = 5;

const players = new WeakMap();

export default function mount({ data, parentElement }) {
  let player = players.get(parentElement);
  if (!player) {
    player = new Player(parentElement);
    players.set(parentElement, player);
  }
  player.show(data);
  return () => {
    player.leave();
    players.delete(parentElement);
  };
}

class Player {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.element = find(".player");
    this.audio = find("audio");
    this.playButton = find(".play");
    this.seekBar = find(".seek");
    this.sectionRow = find(".sections");
    this.rollElement = find(".roll");
    this.roll = new PianoRoll(find("canvas"));
    this.text = {
      title: find(".title"),
      where: find(".where"),
      now: find(".now"),
      total: find(".total"),
      trouble: find(".trouble"),
      legend: find(".legend"),
    };
    this.frame = 0;
    this.leaving = new AbortController();
    this.resizing = new ResizeObserver(() => this.draw());
    this.resizing.observe(this.rollElement);
    this.listen();
  }

  /* ---- data ---- */

  show(data) {
    if (!this.data || this.data.song !== data.song) {
      this.load(data);
    }
    this.draw();
  }

  load(data) {
    this.data = data;
    this.bars = data.bars;
    this.audio.pause();
    this.audio.src = mediaAddress(data.url);
    this.text.trouble.hidden = true;
    this.text.title.textContent = data.title;
    this.text.total.textContent = clock(data.length_s);
    this.seekBar.max = data.length_s;
    this.roll.load(data);
    this.drawSections();
    this.drawLegend();
  }

  drawSections() {
    const hues = sectionHues(this.data.sections);
    this.sectionButtons = this.data.sections.map(([label, start, end], index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.style.flex = `${end - start} 1 0`;
      button.style.setProperty("--hue", hues[index]);
      button.setAttribute("aria-label", `${sectionName(label)}, ${clock(start)} to ${clock(end)}`);
      button.addEventListener("click", () => {
        this.seek(start);
        this.play();
      });
      return button;
    });
    this.sectionRow.replaceChildren(...this.sectionButtons);
  }

  drawLegend() {
    const items = this.data.parts.map((name, index) => {
      const item = document.createElement("li");
      item.textContent = name;
      item.style.setProperty("--hue", PART_HUES[index % PART_HUES.length]);
      return item;
    });
    this.text.legend.replaceChildren(...items);
  }

  /* ---- playing ---- */

  get length() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.data.length_s;
  }

  play() {
    this.audio.play().catch(() => this.sync());
  }

  toggle() {
    if (this.audio.paused) {
      this.play();
    } else {
      this.audio.pause();
    }
  }

  seek(time) {
    this.audio.currentTime = Math.min(Math.max(0, time), Math.max(0, this.length - 0.05));
    this.draw();
  }

  /* ---- listening to the person ---- */

  listen() {
    const on = (target, kinds, handler) => {
      for (const kind of kinds.split(" ")) {
        target.addEventListener(kind, handler, { signal: this.leaving.signal });
      }
    };
    on(this.audio, "play pause ended", () => this.sync());
    on(this.audio, "timeupdate seeked loadedmetadata", () => this.draw());
    on(this.audio, "error", () => this.complain());
    on(this.playButton, "click", () => this.toggle());
    on(this.seekBar, "input", () => this.seek(Number(this.seekBar.value)));
    on(this.element, "keydown", (event) => this.keyInside(event));
    on(document, "keydown", (event) => {
      if (event.target === document.body && event.code === "Space") this.keyInside(event);
    });
    on(window, "musegen-seek", (event) => {
      if (event.detail.song === this.data.song) this.seek(event.detail.time);
    });
    this.listenToRoll(on);
  }

  listenToRoll(on) {
    // A click goes there; a drag pulls the paper along under the playhead.
    let grip = null;
    on(this.rollElement, "pointerdown", (event) => {
      if (event.button !== 0) return;
      grip = { x: event.clientX, time: this.audio.currentTime, moved: false };
      this.rollElement.setPointerCapture(event.pointerId);
    });
    on(this.rollElement, "pointermove", (event) => {
      if (!grip) return;
      const pulled = event.clientX - grip.x;
      if (!grip.moved && Math.abs(pulled) < 6) return;
      grip.moved = true;
      this.seek(grip.time - pulled / PIXELS_PER_SECOND);
    });
    on(this.rollElement, "pointerup", (event) => {
      if (grip && !grip.moved) {
        const left = this.rollElement.getBoundingClientRect().left;
        this.seek(this.roll.timeAt(event.clientX - left));
      }
      grip = null;
    });
    on(this.rollElement, "pointercancel", () => {
      grip = null;
    });
  }

  keyInside(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const onButton = event.target.localName === "button";
    const now = this.audio.currentTime;
    const acts = {
      Space: () => this.toggle(),
      ArrowRight: () => this.seek(now + KEY_STEP_S),
      ArrowLeft: () => this.seek(now - KEY_STEP_S),
      Home: () => this.seek(0),
      End: () => this.seek(this.length),
    };
    if (!(event.code in acts) || (onButton && event.code === "Space")) return;
    event.preventDefault();
    acts[event.code]();
  }

  complain() {
    this.text.trouble.textContent = "The sound did not arrive. Reload the page to try once more.";
    this.text.trouble.hidden = false;
    this.sync();
  }

  /* ---- drawing ---- */

  sync() {
    const playing = !this.audio.paused && !this.audio.ended;
    this.element.classList.toggle("playing", playing);
    this.playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
    cancelAnimationFrame(this.frame);
    const step = () => {
      this.draw();
      this.frame = requestAnimationFrame(step);
    };
    if (playing) this.frame = requestAnimationFrame(step);
    else this.draw();
  }

  draw() {
    if (!this.data) return;
    const time = this.audio.currentTime;
    this.seekBar.max = this.length;
    this.seekBar.value = time;
    this.seekBar.style.setProperty("--at", `${((100 * time) / this.length).toFixed(2)}%`);
    this.drawPlace(time);
    this.roll.draw(time);
    window.dispatchEvent(
      new CustomEvent("musegen-time", { detail: { song: this.data.song, time } }),
    );
  }

  drawPlace(time) {
    const sections = this.data.sections;
    const current = lastBefore(sections, time, (section) => section[1]);
    sections.forEach(([, start, end], index) => {
      const played = Math.min(1, Math.max(0, (time - start) / (end - start)));
      const button = this.sectionButtons[index];
      button.style.setProperty("--played", `${(100 * played).toFixed(2)}%`);
      button.setAttribute("aria-current", String(index === current));
    });
    const bar = lastBefore(this.bars, time, (start) => start) + 1;
    const label = sections.length ? `${sectionName(sections[current][0])} · ` : "";
    write(this.text.now, clock(time));
    write(this.text.where, `${label}bar ${bar} of ${this.bars.length}`);
    const spoken = `${clock(time)} of ${clock(this.length)}`;
    if (this.seekBar.getAttribute("aria-valuetext") !== spoken) {
      this.seekBar.setAttribute("aria-valuetext", spoken);
    }
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.leaving.abort();
    this.audio.pause();
    this.audio.removeAttribute("src");
  }
}

class PianoRoll {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.start = 0;
    this.stillness = matchMedia("(prefers-reduced-motion: reduce)");
  }

  load(data) {
    this.notes = [...data.notes].sort((a, b) => a[0] - b[0]);
    this.bars = data.bars;
    this.length = data.length_s;
    this.longest = Math.max(0, ...this.notes.map(([start, end]) => end - start));
    const pitches = this.notes.map((note) => note[2]);
    this.low = Math.min(...(pitches.length ? pitches : [60])) - 2;
    this.high = Math.max(...(pitches.length ? pitches : [60])) + 2;
    const parts = data.parts.join(", ");
    this.canvas.setAttribute(
      "aria-label",
      `Piano roll: ${this.notes.length} notes, ${this.bars.length} bars, parts ${parts}`,
    );
  }

  timeAt(x) {
    return this.start + x / PIXELS_PER_SECOND;
  }

  draw(time) {
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (!width || !this.notes) return;
    this.fit(width, height);
    this.start = this.startFor(time, width / PIXELS_PER_SECOND);
    const ink = getComputedStyle(this.canvas).color;
    const view = {
      width,
      height,
      end: this.start + width / PIXELS_PER_SECOND,
      row: height / (this.high - this.low + 1),
      x: (at) => (at - this.start) * PIXELS_PER_SECOND,
      y: (pitch) => ((this.high - pitch) * height) / (this.high - this.low + 1),
    };
    this.context.clearRect(0, 0, width, height);
    this.drawGrid(view, ink);
    this.drawNotes(view, time, ink);
    this.drawPlayhead(view, time, ink);
  }

  fit(width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  startFor(time, span) {
    if (this.stillness.matches) return Math.floor(time / span) * span; // a page at a time
    const last = Math.max(0, this.length + 0.5 - span);
    return Math.min(last, Math.max(0, time - PLAYHEAD_AT * span));
  }

  drawGrid(view, ink) {
    const { context } = this;
    context.fillStyle = ink;
    context.font = "11px sans-serif";
    context.textBaseline = "top";
    for (let pitch = Math.ceil(this.low / 12) * 12; pitch <= this.high; pitch += 12) {
      const y = view.y(pitch) + view.row;
      context.globalAlpha = 0.16;
      context.fillRect(0, y - 0.5, view.width, 1);
      context.globalAlpha = 0.6;
      const above = y - 12; // where there is room for it
      context.fillText(`C${pitch / 12 - 1}`, view.width - 22, above > 1 ? above : y + 3);
    }
    this.bars.forEach((at, index) => {
      if (at < this.start - 1 || at > view.end) return;
      const numbered = index % 4 === 0;
      context.globalAlpha = numbered ? 0.28 : 0.12;
      context.fillRect(view.x(at) - 0.5, 0, 1, view.height);
      context.globalAlpha = 0.6;
      if (numbered) context.fillText(String(index + 1), view.x(at) + 4, 4);
    });
    context.globalAlpha = 1;
  }

  drawNotes(view, time, ink) {
    const { context } = this;
    const thick = Math.max(4, Math.min(11, view.row - 1));
    const first = lastBefore(this.notes, this.start - this.longest, (note) => note[0]);
    for (let i = first; i < this.notes.length; i += 1) {
      const [start, end, pitch, part] = this.notes[i];
      if (start > view.end) break;
      if (end < this.start) continue;
      const sounding = start <= time && time < end;
      const wide = Math.max(3, view.x(end) - view.x(start) - 1.5);
      const top = view.y(pitch) + (view.row - thick) / 2;
      context.fillStyle = PART_HUES[part % PART_HUES.length];
      context.globalAlpha = sounding ? 1 : end <= time ? 0.5 : 0.82;
      context.beginPath();
      context.roundRect(view.x(start), top, wide, thick, Math.min(3, thick / 2));
      context.fill();
      if (sounding) {
        context.strokeStyle = ink;
        context.lineWidth = 1.5;
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  drawPlayhead(view, time, ink) {
    this.context.fillStyle = ink;
    this.context.fillRect(view.x(time) - 1, 0, 2, view.height);
  }
}

/* ---- small helps ---- */

function mediaAddress(path) {
  // The app may live below a prefix that only the browser knows: look where it came from.
  const script = document.querySelector('script[src*="/static/js/"]');
  const root = script ? script.src.split("/static/js/")[0] : window.location.origin;
  return `${root}/${path.replace(/^\//, "")}`;
}

function sectionHues(sections) {
  const letters = [...new Set(sections.map(([label]) => label).filter((l) => l.length === 1))];
  letters.sort();
  return sections.map(([label]) => {
    const place = letters.indexOf(label);
    return place < 0 ? EDGE_HUE : SECTION_HUES[place % SECTION_HUES.length];
  });
}

/* What people call a section: its letter is no name, "intro" is. */
function sectionName(label) {
  return label.length === 1 ? `Section ${label}` : label.charAt(0).toUpperCase() + label.slice(1);
}

/* Index of the last item that begins at or before `time` (0 if none does); items in order. */
function lastBefore(items, time, startOf) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(items[middle]) <= time + 1e-6) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function clock(seconds) {
  const whole = Math.floor(seconds + 1e-3);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
