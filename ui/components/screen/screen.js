/* What every screen of a participant's way needs from the page around it.
 *
 * The page's language; the focus on the heading of each new screen, so that a screen reader
 * begins there; Enter for the one large button; and no second click of a double click on
 * whatever the first one brought.
 */

const DOUBLE_MS = 450;
const DOUBLE_PX = 8;
const PATIENCE_MS = 3000;
const TO_GO_ON = ".stMain button[kind^=primary]:not(:disabled), .stMain a.way-back";

let shown = null;
let wanted = null;
let last = null;
let isWatching = false;

export default function mount({ data }) {
  document.documentElement.lang = data.language;
  watch();
  if (shown === data.heading) return;
  const isFirst = shown === null;
  shown = data.heading;
  if (!isFirst) focusHeading(data.heading);
}

function focusHeading(text) {
  wanted = text;
  const since = performance.now();
  const look = () => {
    if (wanted !== text || performance.now() - since > PATIENCE_MS) return;
    const heading = [...document.querySelectorAll("h1")].find(
      (one) => one.textContent.trim() === text
    );
    if (!heading) return requestAnimationFrame(look);
    heading.tabIndex = -1;
    heading.style.outline = "none";
    heading.focus({ preventScroll: true });
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  };
  look();
}

function watch() {
  if (isWatching) return;
  isWatching = true;
  window.addEventListener("click", dropSecond, { capture: true });
  window.addEventListener("keydown", goOn);
}

function dropSecond(event) {
  if (!event.detail) return; // by a key or a screen reader
  const now = { time: event.timeStamp, x: event.clientX, y: event.clientY };
  const before = last;
  last = now;
  if (!before || now.time - before.time > DOUBLE_MS) return;
  if (Math.hypot(now.x - before.x, now.y - before.y) > DOUBLE_PX) return;
  if (!event.composedPath()[0].closest?.("button, a")) return;
  event.stopPropagation();
  event.preventDefault();
}

function goOn(event) {
  if (event.key !== "Enter" || event.repeat || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const focus = document.activeElement;
  if (focus?.shadowRoot || focus?.matches("a[href], button, input, textarea, select, summary"))
    return;
  const button = [...document.querySelectorAll(TO_GO_ON)].find(
    (one) => !one.closest("[data-stale=true]") // left over from the screen before
  );
  if (!button) return;
  event.preventDefault();
  button.click();
}
