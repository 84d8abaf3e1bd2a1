// Letters: what SMTP brought, the newest first.

import { node, safeUrl } from "./message.js";
import { $, t, timeOf } from "./session.js";

const LETTERS_SHOWN = 10;

export function showLetters(letters) {
  const open = new Set([...$("letters").querySelectorAll("details[open]")].map((one) => one.dataset.n));
  const rows = letters.slice(-LETTERS_SHOWN).reverse().map((letter) => showLetter(letter, open));
  $("letters").replaceChildren(...(rows.length ? rows : [node("p", { class: "faint" }, t("noLetters"))]));
}

function showLetter(letter, open) {
  const parts = letter.text.trimEnd().split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part) => {
    const url = /^https?:/.test(part) ? safeUrl(part) : null;
    return url ? node("a", { href: url, target: "_blank", rel: "noopener" }, part) : part;
  });
  return node("details", { "data-n": letter.n, open: open.has(String(letter.n)) },
    node("summary", {}, node("b", {}, letter.subject), " ",
      node("span", { class: "faint" }, letter.to.join(", "), " ", node("time", { datetime: letter.at }, timeOf(letter.at)))),
    node("p", { class: "letter" }, ...parts));
}
