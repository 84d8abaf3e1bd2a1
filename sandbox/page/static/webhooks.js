// Webhooks: what was sent to Parta, what got lost, and sending it again.

import { node } from "./message.js";
import { $, deed, t, timeOf } from "./session.js";

let losing = { next: 0, all: false };

export function showDeliveries(deliveries) {
  const focused = document.activeElement?.id;
  const rows = deliveries.map(showDelivery);
  $("deliveries").replaceChildren(...(rows.length ? rows : [node("li", { class: "faint" }, t("noDeliveries"))]));
  if (focused?.startsWith("delivery-")) $(focused)?.focus();
}

function showDelivery(one) {
  const good = one.status >= 200 && one.status < 300;
  const outcome = one.lost ? t("lost") : one.status === null ? t("noReply") : String(one.status);
  return node("li", { class: good ? "good" : "bad" },
    node("b", {}, outcome),
    node("span", {}, one.event, one.action ? ` · ${one.action}` : null, one.redelivery ? ` · ${t("again")}` : null),
    node("time", { datetime: one.at, class: "faint" }, `${timeOf(one.at)} · ${one.duration_ms} ms`),
    good ? null : node("button", { type: "button", class: "small", id: `delivery-${one.number}`,
      onclick: () => deed("/github/redeliver", { delivery_id: one.id }) }, t("sendAgain")));
}

export function showLosses(losses) {
  losing = losses;
  $("lose-all").setAttribute("aria-pressed", String(losses.all));
  $("losses-note").textContent = losses.all ? t("losingAll") : losses.next ? t("losingNext", { count: losses.next }) : "";
}

$("lose-next").addEventListener("click", () => deed("/github/losses", { ...losing, next: losing.next + 1 }));
$("lose-all").addEventListener("click", () => deed("/github/losses", { next: 0, all: !losing.all }));
