// GitHub: pull requests with what this person may do to them.

import { node } from "./message.js";
import { repositoryDeeds } from "./repositories.js";
import { $, deed, session, t } from "./session.js";

const drafts = new Map();
const faces = new Map();
const VERDICTS = [["approved", "approve"], ["changes_requested", "changes_requested"], ["commented", "commented"], ["dismissed", "dismiss"]];
const STATE_WORDS = { approved: "approved", changes_requested: "wantsChanges", commented: "commentedState", dismissed: "dismissed", pending: "pendingState" };
const FACES = ["me", "stranger", "bot"];

export function showPulls(pulls) {
  const focused = document.activeElement?.id;
  const cards = pulls.map((pull, index) => showPull(pull, index));
  $("pulls").replaceChildren(...(cards.length ? cards : [node("p", { class: "faint" }, t("noPulls"))]));
  if (focused?.startsWith("pull-")) $(focused)?.focus();
}

function showPull(pull, index) {
  const marks = [pull.state];
  if (pull.draft) marks.push("draft");
  if (pull.private) marks.push("private");
  if (pull.block) marks.push("blocked");
  return node("article", { class: "pull" },
    node("h3", {}, pull.title, ...marks.flatMap((mark) => [" ", node("span", { class: `state ${mark}` }, t(`${mark}State`))])),
    node("p", { class: "faint" }, pull.url.replace("https://github.com/", ""), ` · ${t("head")} `,
      node("code", {}, pull.head_sha.slice(0, 7))),
    node("ul", { class: "reviews" }, ...showReviews(pull)),
    ...controls(pull, index));
}

// The newest of each person.
function showReviews(pull) {
  const newest = new Map(pull.reviews.map((review) => [review.by, review]));
  const rows = [...newest.values()].map((review) =>
    node("li", {}, node("b", {}, review.by || t("noAccount")), " ",
      node("span", { class: `state ${review.state}` }, t(STATE_WORDS[review.state])),
      review.commit_id === pull.head_sha ? null : node("span", { class: "faint" }, ` ${t("ofOlder")}`),
      review.body ? ` — ${review.body}` : null));
  return rows.length ? rows : [node("li", { class: "faint" }, t("noReviews"))];
}

function controls(pull, index) {
  const own = pull.author_key === session.person.key;
  const runs = own || session.person.roles.includes("administrator");
  const deeds = own ? [node("div", { class: "verdicts" }, ...ownDeeds(pull, index))] : reviewControls(pull, index);
  return runs ? [...deeds, repositoryDeeds(pull, index)] : deeds;
}

function ownDeeds(pull, index) {
  const act = (id, key, path, body) => node("button",
    { type: "button", id: `pull-${index}-${id}`, onclick: () => deed(path, { pull: pull.url, ...body }) }, t(key));
  const become = (action, key) => act(action, key, "/github/pull", { action });
  if (pull.state === "closed") return [become("reopened", "reopen")];
  if (pull.state !== "open") return [];
  const deeds = [
    act("push", "push", "/github/push", {}),
    act("force", "forcePush", "/github/push", { force: true }),
    pull.draft ? become("ready_for_review", "ready") : become("converted_to_draft", "toDraft"),
    become("closed", "close"),
  ];
  if (!pull.draft) deeds.push(become("merged", "merge"));
  if (pull.reviews.some((one) => ["approved", "changes_requested"].includes(one.state))) {
    deeds.push(act("dismiss", "dismissNewest", "/github/review", { by: session.person.key, state: "dismissed" }));
  }
  return deeds;
}

function reviewControls(pull, index) {
  const text = node("textarea", { id: `pull-${index}-text`, rows: "2", "aria-label": t("reviewText"), placeholder: t("reviewText") });
  text.value = drafts.get(pull.url) || "";
  text.addEventListener("input", () => drafts.set(pull.url, text.value));
  const face = node("select", { id: `pull-${index}-face`, "aria-label": t("reviewAs") },
    ...FACES.map((one) => node("option", { value: one, selected: faces.get(pull.url) === one }, `${t("reviewAs")}: ${t(one)}`)));
  face.addEventListener("change", () => faces.set(pull.url, face.value));
  const submit = async (state) => {
    const body = text.value.trim() || null;
    const by = face.value === "me" || state === "dismissed" ? session.person.key : face.value;
    drafts.delete(pull.url);
    session.shown.pulls = "";
    if (await deed("/github/review", { pull: pull.url, by, state, body }) === null && body) {
      drafts.set(pull.url, body);
    }
  };
  const buttons = VERDICTS.map(([state, key]) => node("button",
    { type: "button", class: state, id: `pull-${index}-${state}`, onclick: () => submit(state) }, t(key)));
  return [text, face, node("div", { class: "verdicts" }, ...buttons)];
}
