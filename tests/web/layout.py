"""What must hold for every page at every size: nothing scrolls sideways, no text is cut, every target can be touched,
every character has a glyph; what a shot says must be in sight is so. ``faults`` looks at the page as it is rendered."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Page

LOOK = r"""
async ([sees, drawsGlyphs]) => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame); // the size may be a new one
  const found = [];
  const say = (what, element, more = "") => {
    const text = (element.innerText || element.value || element.placeholder || element.getAttribute("aria-label") || "").trim();
    const name = element.tagName.toLowerCase() + (element.id ? "#" + element.id : "")
      + (typeof element.className === "string" && element.className ? "." + element.className.trim().replace(/\s+/g, ".") : "");
    found.push(`${what}: ${name} «${text.slice(0, 40).replace(/\s+/g, " ")}» ${more}`.trim());
  };
  const isSeen = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && box.right > 0 && element.checkVisibility();
  };
  const front = document.querySelector("dialog[open]") || document.body;
  const isPhone = innerWidth < 720;

  if (document.scrollingElement.scrollWidth > innerWidth + 1) {
    say("sideways", document.body, `${document.scrollingElement.scrollWidth} > ${innerWidth}`);
  }
  for (const element of front.querySelectorAll("*")) {
    if (!isSeen(element) || element.closest("svg, .slip, option")) continue;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const holdsText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const scrolls = ["auto", "scroll"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    if (scrolls && !isPhone) say("sideways", element, `${element.scrollWidth} > ${element.clientWidth}`);
    const isHidden = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    if (isHidden && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2)) {
      say("cut", element, `${element.scrollWidth}×${element.scrollHeight} in ${element.clientWidth}×${element.clientHeight}`);
    }
    if (holdsText && !element.closest(".scroll") && box.right > innerWidth + 1) say("cut", element, `right ${Math.round(box.right)}`);
    if (["BUTTON", "A", "TD", "TH"].includes(element.tagName) && style.display !== "inline" && element.scrollWidth > element.clientWidth + 2) {
      say("cut", element, `${element.scrollWidth} > ${element.clientWidth}`);
    }
    if (element.tagName === "INPUT" && element.placeholder && !element.value && !isPhone) {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`; // style.font is empty with tabular figures
      const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      if (pen.measureText(element.placeholder).width > room + 1) say("cut", element, "placeholder");
    }
    if (element.tagName === "SELECT" && !isPhone) {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`; // style.font is empty with tabular figures
      const chosen = element.selectedOptions[0];
      const room = element.clientWidth - parseFloat(style.paddingLeft) - 20;
      if (chosen && pen.measureText(chosen.text).width > room + 1) say("cut", element, "chosen option");
    }
  }
  for (const target of front.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (target.type === "hidden" || !isSeen(target) || target.closest(".skip")) continue;
    const choice = ["radio", "checkbox"].includes(target.type) ? target.closest("label") || target : target;
    const box = choice.getBoundingClientRect();
    if (box.width < 47.5 || box.height < 47.5) say("target", choice, `${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  for (const wanted of isPhone ? [] : sees) {
    const element = [...document.querySelectorAll(wanted)].find(isSeen);
    if (!element) { found.push(`hidden: ${wanted} is not there`); continue; }
    const box = element.getBoundingClientRect();
    for (const [across, down] of [[.5, .5], [.03, .1], [.97, .9]]) {
      const front = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
      if (!front || !element.contains(front)) {
        say("hidden", element, front ? `behind ${front.tagName.toLowerCase()}.${front.className}` : "outside the screen");
        break;
      }
    }
  }
  if (!drawsGlyphs) return found;
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.canvas.width = pen.canvas.height = 40;
  pen.font = "28px " + getComputedStyle(document.body).fontFamily;
  const draw = (character) => {
    pen.clearRect(0, 0, 40, 40);
    pen.fillText(character, 4, 30);
    return new Uint32Array(pen.getImageData(0, 0, 40, 40).data.buffer);
  };
  const missing = draw("\u0378");
  const isMissing = (character) => draw(character).every((pixel, place) => pixel === missing[place]); // ends at the first other
  const shown = new Set(document.body.innerText + [...document.querySelectorAll("[placeholder]")].map((e) => e.placeholder).join(""));
  for (const character of shown) if (character.trim() && isMissing(character)) found.push(`glyph: ${character} U+${character.codePointAt(0).toString(16)}`);
  return found;
}
"""


def faults(page: Page, sees: Sequence[str] = (), *, glyphs: bool = True) -> list[str]:
    """What is wrong with the page at its present size, a line each; ``sees`` as in a ``Shot``. Without ``glyphs`` it isn't
    asked whether every character has one."""
    return page.evaluate(LOOK, [list(sees), glyphs])
