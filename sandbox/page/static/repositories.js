// GitHub's repositories: what becomes of them, and a pull request opened in one.

import { node } from "./message.js";
import { $, ask, deed, session, t } from "./session.js";

const opened = new Set();
const names = new Map();

// Stays open while the page is drawn anew, with what was being written in it.
export function repositoryDeeds(pull, index) {
  const [, , , owner, name] = pull.url.split("/");
  const repository = `${owner}/${name}`;
  const act = (action, key, look = "") => node("button",
    { type: "button", class: look, id: `pull-${index}-${action}`, onclick: () => deed("/github/repository", { repository, action }) }, t(key));
  const field = node("input", { type: "text", id: `pull-${index}-name`, "aria-label": t("newName"), placeholder: t("newName"), maxlength: "100", spellcheck: "false" });
  field.value = names.get(repository) || "";
  field.addEventListener("input", () => names.set(repository, field.value));
  const form = node("form", { class: "row", autocomplete: "off" }, field, node("button", { type: "submit" }, t("rename")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const to = field.value.trim();
    if (to) deed("/github/repository", { repository, action: "rename", to });
  });
  const hidden = pull.private || pull.block;
  const details = node("details", { class: "more", open: opened.has(repository) },
    node("summary", { id: `pull-${index}-more` }, t("repository")), form,
    node("div", { class: "verdicts" },
      hidden ? act("public", "makePublic") : act("private", "makePrivate"),
      act("block", "blockRepository"), act("delete", "deleteRepository", "danger")));
  details.addEventListener("toggle", () => (details.open ? opened.add(repository) : opened.delete(repository)));
  return details;
}

let own = [];

export function showRepositories(repositories) {
  own = repositories;
  $("open-repositories").replaceChildren(...own.map((one) => node("option", { value: one.full_name.split("/")[1] })));
}

$("open-pull").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = $("open-repository").value.trim();
  const there = own.find((one) => one.full_name.split("/")[1].toLowerCase() === name.toLowerCase());
  const login = own.length ? own[0].full_name.split("/")[0] : session.person.github;
  const pull = `https://github.com/${login}/${name}/pull/${there ? there.next_number : 1}`;
  const wish = { pull, action: "opened", title: $("open-title").value.trim(), draft: $("open-draft").checked };
  if (await deed("/github/pull", wish) === null) return;
  $("open-pull").reset();
  $("open-pull-deed").open = false;
  $("open-pull-deed").firstElementChild.focus();
});
