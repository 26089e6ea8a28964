/* What a participant hears and says on one screen: players, questions, one button to go on.
 *
 * Everything between the first sound and the answer happens here, so that a slow line holds
 * nobody up; the answers, the seconds heard and the number of plays are sent in one message.
 * `data` is bytes: four that say how long the head is, the head (JSON), the sounds one after
 * the other. So no address can tell one clip from another.
 *
 * Keys: the space bar plays and pauses, digits answer the first question, Enter goes on, left
 * and right play the first and the second clip. None of them is taken from a text field, or
 * from whatever has the focus and does something of its own with it.
 */

const PATIENCE_MS = 4000; // when nothing came back by then, one may send once more
const NARROW = "(max-width: 640px)";

const askings = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  let asking = askings.get(parentElement);
  if (!asking && data) {
    asking = new Asking(parentElement, unpack(data));
    askings.set(parentElement, asking);
  }
  if (asking) asking.send = (reply) => setTriggerValue("reply", reply);
  return () => {
    if (asking) asking.leave();
    askings.delete(parentElement);
  };
}

function unpack(data) {
  const bytes = new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  const sounds = head.players.map(({ size }) => bytes.slice(at, (at += size)));
  return { head, sounds };
}

class Asking {
  constructor(root, { head, sounds }) {
    this.root = root;
    this.head = head;
    this.leaving = new AbortController();
    this.memory = head.memory ? recall(head.memory) : {};
    this.buildPlayers(sounds);
    this.chosen = {};
    this.buildGroups();
    this.buildEnd();
    this.on(window, "keydown", (event) => this.key(event));
    this.check();
  }

  on(target, name, act) {
    target.addEventListener(name, act, { signal: this.leaving.signal });
  }

  buildPlayers(sounds) {
    const home = this.root.querySelector(".players");
    const several = sounds.length > 1;
    home.toggleAttribute("data-several", several);
    this.players = sounds.map((mp3, index) => {
      const player = new Player(home, {
        label: this.head.players[index].label,
        showsLabel: several,
        key: this.head.button && (several ? ["←", "→"][index] : this.head.words.space),
        words: this.head.words,
        onChange: (one) => this.heard(one),
      });
      player.heard = this.memory.heard?.[index] ?? 0;
      player.plays = this.memory.plays?.[index] ?? 0;
      player.show(mp3);
      return player;
    });
  }

  buildGroups() {
    const home = this.root.querySelector(".groups");
    this.head.groups.forEach((group, index) => {
      const field = make("fieldset", `group ${group.sides.length ? "scale" : "row"}`);
      field.append(make("legend", "", group.legend));
      const choices = make("div", "choices");
      field.append(choices);
      home.append(field);
      const make_ = (option, at) => this.buildChoice(group, option, index === 0 ? at + 1 : "");
      if (group.sides.length) this.buildSides(choices, group, make_);
      else group.options.forEach((option, at) => choices.append(make_(option, at)));
    });
  }

  /** Two sides, as one row from sure to sure; on a phone as two rows, both beginning with least. */
  buildSides(home, group, make_) {
    const narrow = window.matchMedia(NARROW);
    let at = 0;
    const [first] = group.sides.map((side) => {
      const element = make("div", "side");
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", side.label);
      const label = make("div", "side-name", side.label);
      label.setAttribute("aria-hidden", "true");
      const steps = make("div", "steps");
      side.options.forEach((option) => steps.append(make_(option, at++)));
      element.append(label, steps);
      home.append(element);
      return steps;
    });
    const inRow = [...first.children];
    const arrange = () => first.append(...(narrow.matches ? [...inRow].reverse() : inRow));
    arrange();
    this.on(narrow, "change", arrange);
  }

  buildChoice(group, option, digit) {
    const label = make("label", "choice");
    const input = make("input", "");
    input.type = "radio";
    input.name = group.name;
    input.value = option.value;
    if (option.spoken) input.setAttribute("aria-label", option.spoken);
    if (this.memory.answers?.[group.name] === option.value) {
      input.checked = true;
      this.chosen[group.name] = option.value;
    }
    this.on(input, "change", () => {
      this.chosen[group.name] = option.value;
      this.check();
    });
    label.append(input, make("span", "choice-word", option.label));
    if (digit) {
      const key = make("kbd", "", digit);
      key.setAttribute("aria-hidden", "true");
      label.append(key);
      input.dataset.digit = digit;
    }
    return label;
  }

  buildEnd() {
    this.button = this.root.querySelector(".go");
    this.hint = this.root.querySelector(".hint");
    this.root.querySelector(".go-word").textContent = this.head.button;
    this.root.querySelector(".end").hidden = !this.head.button;
    this.on(this.button, "click", () => this.go());
  }

  heard(player) {
    this.last = player;
    this.check();
  }

  /** Whether one may go on; says what is missing. */
  check() {
    const { words, groups, enough_s: enough } = this.head;
    const isHeard = (this.players ?? []).every((player) => player.wasHeard(enough));
    const isAnswered = groups.every(({ name }) => name in (this.chosen ?? {}));
    this.isReady = isHeard && isAnswered && !this.isSent;
    if (!this.button) return;
    this.button.setAttribute("aria-disabled", String(!this.isReady));
    const hint = isHeard ? (isAnswered ? words.ready : words.answer_first) : words.listen_first;
    if (this.hint.textContent !== hint) this.hint.textContent = hint;
    this.remember();
  }

  reply() {
    return {
      answers: this.chosen,
      heard: this.players.map(({ heard }) => Math.round(heard * 100) / 100),
      plays: this.players.map(({ plays }) => plays),
    };
  }

  remember() {
    if (!this.head.memory) return;
    try {
      sessionStorage.setItem(this.head.memory, JSON.stringify(this.reply()));
    } catch {
      // A browser that keeps nothing: a reload then begins the screen anew.
    }
  }

  go() {
    if (!this.isReady) return;
    this.wait(true);
    this.players.forEach((player) => player.audio.pause());
    this.send(this.reply());
    setTimeout(() => this.wait(false), PATIENCE_MS);
  }

  /** Nothing answers while the next screen is on its way. */
  wait(isSent) {
    this.isSent = isSent;
    this.root.querySelector(".asking").inert = isSent;
    this.check();
  }

  key(event) {
    if (!this.head.button || this.isSent || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.defaultPrevented || event.repeat || writes(focused())) return;
    if (this.act(event.key, focused())) event.preventDefault();
  }

  act(key, focus) {
    if (key === " " && (!acts(focus) || isChosen(focus))) return this.play(this.current());
    if (key === "Enter" && (!acts(focus) || isRadio(focus))) return this.go() ?? true;
    const side = { ArrowLeft: 0, ArrowRight: 1 }[key];
    if (side !== undefined && this.players.length > 1 && !isRadio(focus)) {
      return this.play(this.players[side]);
    }
    const choice = /^[1-9]$/.test(key) && this.root.querySelector(`[data-digit="${key}"]`);
    if (!choice) return false;
    choice.click();
    choice.focus();
    return true;
  }

  play(player) {
    player.toggle();
    return true;
  }

  /** What sounds; else the first that was not heard enough; else the last one played. */
  current() {
    const enough = this.head.enough_s;
    return (
      this.players.find(({ audio }) => !audio.paused) ??
      this.players.find((player) => !player.wasHeard(enough)) ??
      this.last ??
      this.players[0]
    );
  }

  leave() {
    this.leaving.abort();
    this.players.forEach((player) => player.leave());
  }
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

/** What has the focus, inside whatever shadow. */
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

function isRadio(element) {
  return !!element?.matches("input[type=radio]");
}

/** Of such a radio button the space bar asks nothing more. */
function isChosen(element) {
  return isRadio(element) && element.checked;
}

function writes(element) {
  const text = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
  return !!element?.matches(text);
}

/** Whether Enter or the space bar mean something to what has the focus. */
function acts(element) {
  return !!element?.matches("a[href], button, input, select, textarea, summary, [role=button]");
}
