/** Builds elements. Text is always text: nothing here, or anywhere in the page, takes markup. */

const svgSpace = "http://www.w3.org/2000/svg";

/** `h("a", { class: "x", href, onclick }, "text", child)`; false, null and undefined leave out. */
export function h(tag, props, ...children) {
  return filled(document.createElement(tag), props, children);
}

export function s(tag, props, ...children) {
  return filled(document.createElementNS(svgSpace, tag), props, children);
}

function filled(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const $ = (selector, within = document) => within.querySelector(selector);

/** Only web addresses become links: a catalog could say anything. */
export function link(url, text) {
  let safe;
  try {
    safe = ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    safe = false;
  }
  return safe ? h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, text) : h("span", null, text);
}

/** At most one call of `work` per `ms`, with the last arguments. */
export function debounced(ms, work) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms, ...args);
  };
}

/** Calls `work` once in the next frame, however often it is asked. */
export function inFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
