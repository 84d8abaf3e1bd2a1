// Boomstream: who has bought what, what is done to them by hand, and what the next call is told.

import { node } from "./message.js";
import { $, deed, moment, t } from "./session.js";

const BUYERS_SHOWN = 12;
const LONG_AGO = "2000-01-01 00:00:00";
const MESSAGES = ["Media not found", "Subscription not found", "Buyer not found", "Buyer already exists", "Invalid API key", "Access denied", "Email is not valid"];

export const buyersPath = `/boomstream/buyers?limit=${BUYERS_SHOWN}`;

export function showBuyers({ count, doubles, buyers }) {
  const focused = document.activeElement?.id;
  $("buyers-count").textContent = count ? t("buyersCount", { count }) + (doubles ? ` · ${t("doubles", { count: doubles })}` : "") : t("noBuyers");
  $("buyers").replaceChildren(...buyers.map(showBuyer));
  if (focused?.startsWith("buyer-")) $(focused)?.focus();
}

function showBuyer(one, index) {
  const title = one.title || t("wholeCollection");
  const until = one.expires_at ? t("until", { when: moment(one.expires_at, { dateStyle: "medium", timeStyle: "short" }) }) : t("forEver");
  const state = one.is_over ? t("isOver") : one.is_active ? until : t("notActivated");
  const act = (name, key, body) => node("button",
    { type: "button", class: "small", id: `buyer-${index}-${name}`, "aria-label": `${t(key)}: ${one.email}, ${title}`, onclick: () => deed("/boomstream/buyers", { hash: one.hash, ...body }) }, t(key));
  const player = one.media ? node("a", { href: `/boomstream/player/${encodeURIComponent(one.media)}?id_recovery=${encodeURIComponent(one.hash)}`, target: "_blank", rel: "noopener" }, title) : title;
  return node("li", { class: one.is_active && !one.is_over ? "good" : "bad" },
    node("b", {}, player), node("span", {}, one.email), node("span", { class: "faint" }, state),
    node("div", { class: "row" }, act("end", "endAccess", { expires_at: LONG_AGO }), act("remove", "removeBuyer", { gone: true })));
}

export function showRefusals(refusals) {
  $("refusals-note").textContent = refusals.map((one) => `${one.message} × ${one.times}`).join(", ");
}

$("refusal").replaceChildren(...MESSAGES.map((message) => node("option", { value: message }, message)));
$("refuse").addEventListener("submit", (event) => {
  event.preventDefault();
  deed("/boomstream/refusals", { message: $("refusal").value });
});
$("boomstream-away").addEventListener("click", () => deed("/faults", { system: "boomstream", status: 503, times: 3 }));
