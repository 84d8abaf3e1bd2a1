// GitHub: pull requests with what this person may do to them, and the webhooks sent.

import { node } from "./message.js";
import { $, deed, session, t, timeOf } from "./session.js";

const drafts = new Map();
const VERDICTS = [["approved", "approve"], ["changes_requested", "changes_requested"], ["commented", "commented"], ["dismissed", "dismiss"]];
const STATE_WORDS = { approved: "approved", changes_requested: "wantsChanges", commented: "commentedState", dismissed: "dismissed" };

export function showPulls(pulls) {
  const focused = document.activeElement?.id;
  const seeded = new Map(session.story.pulls.map((pull) => [pull.url, pull]));
  $("pulls").replaceChildren(...pulls.map((pull, index) => showPull(pull, seeded.get(pull.url), index)));
  if (focused?.startsWith("pull-")) $(focused)?.focus();
}

function showPull(pull, seed, index) {
  const newest = new Map(pull.reviews.map((review) => [review.by, review]));
  const reviews = [...newest.values()].map((review) =>
    node("li", {}, node("b", {}, review.by), " ",
      node("span", { class: `state ${review.state}` }, t(STATE_WORDS[review.state])),
      review.body ? ` — ${review.body}` : null));
  return node("article", { class: "pull" },
    node("h3", {}, pull.title, " ", node("span", { class: `state ${pull.state}` }, t(`${pull.state}State`))),
    node("p", { class: "faint" }, pull.url.replace("https://github.com/", ""), ` · ${t("head")} `,
      node("code", {}, pull.head_sha.slice(0, 7))),
    node("ul", { class: "reviews" }, ...(reviews.length ? reviews : [node("li", { class: "faint" }, t("noReviews"))])),
    ...controls(pull, seed, index));
}

function controls(pull, seed, index) {
  if (session.person.key === seed?.curator) return reviewControls(pull, index);
  if (session.person.github !== pull.owner) return [];
  const act = (id, key, path, body) => node("button",
    { type: "button", id: `pull-${index}-${id}`, onclick: () => deed(path, { pull: pull.url, ...body }) }, t(key));
  if (pull.state === "open") {
    return [node("div", { class: "verdicts" }, act("push", "push", "/github/push", {}),
      act("close", "close", "/github/pull", { action: "closed" }))];
  }
  if (pull.state !== "closed") return [];
  return [node("div", { class: "verdicts" }, act("reopen", "reopen", "/github/pull", { action: "reopened" }))];
}

function reviewControls(pull, index) {
  const text = node("textarea", { id: `pull-${index}-text`, rows: "2", "aria-label": t("reviewText"), placeholder: t("reviewText") });
  text.value = drafts.get(pull.url) || "";
  text.addEventListener("input", () => drafts.set(pull.url, text.value));
  const submit = async (state) => {
    const body = text.value.trim() || null;
    drafts.delete(pull.url);
    session.shown.pulls = "";
    if (await deed("/github/review", { pull: pull.url, by: session.person.key, state, body }) === null && body) {
      drafts.set(pull.url, body);
    }
  };
  const buttons = VERDICTS.map(([state, key]) => node("button",
    { type: "button", class: state, id: `pull-${index}-${state}`, onclick: () => submit(state) }, t(key)));
  return [text, node("div", { class: "verdicts" }, ...buttons)];
}

export function showDeliveries(deliveries) {
  const rows = deliveries.map((one) => {
    const good = one.status >= 200 && one.status < 300;
    return node("li", { class: good ? "good" : "bad" },
      node("b", {}, one.status === null ? t("noReply") : String(one.status)),
      node("span", {}, one.event, one.action ? ` · ${one.action}` : null),
      node("time", { datetime: one.at, class: "faint" }, `${timeOf(one.at)} · ${one.duration_ms} ms`));
  });
  $("deliveries").replaceChildren(...(rows.length ? rows : [node("li", { class: "faint" }, t("noDeliveries"))]));
}
