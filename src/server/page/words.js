/** Numbers and times in words, all of one width where they change. */

export function tokens(count) {
  if (count === undefined || count === null) return "–";
  if (count >= 1_000_000) return `${trim(count / 1_000_000)}M`;
  return count >= 10_000 ? `${Math.round(count / 1000)}K` : String(count);
}

export function duration(ms) {
  if (ms === undefined || ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1024 * 1024 ? `${Math.round(count / 1024)} KB` : `${trim(count / (1024 * 1024))} MB`;
}

const signs = { USD: "$", EUR: "€", GBP: "£", CNY: "¥" };

export function money(amount, currency = "USD") {
  if (amount === undefined || amount === null) return "–";
  const text = amount === 0 ? "0" : amount >= 1 ? amount.toFixed(2) : significant(amount);
  return signs[currency] === undefined ? `${text} ${currency}` : `${signs[currency]}${text}`;
}

function significant(amount) {
  const text = amount.toPrecision(3);
  return text.includes("e") ? amount.toFixed(12).replace(/0+$/, "") : text;
}

/** An unknown cost is not 0. */
export function cost(value) {
  if (value === undefined) return "–";
  return value.state === "known" ? money(value.amount, value.currency) : "unknown";
}

/** As the catalog states it, with cents at least. */
export function price(value, currency = "USD") {
  if (value === undefined) return "–";
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
    useGrouping: false,
  });
  return signs[currency] === undefined ? `${text} ${currency}` : `${signs[currency]}${text}`;
}

function trim(value) {
  return value.toFixed(2).replace(/\.?0+$/, "");
}

export function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour12: false });
}

export function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The address of a model in a section: every part of its id as it is. */
export function address(section, id) {
  return `#/${section}/${id.split("/").map(encodeURIComponent).join("/")}`;
}
