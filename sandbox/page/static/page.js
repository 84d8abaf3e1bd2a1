import { formatted, link, node, safeUrl } from "./message.js";
import { TEXTS } from "./texts.js";

const $ = (id) => document.getElementById(id);
const REFRESH_MS = 1000;

let language = remembered("language") || (navigator.language.startsWith("ru") ? "ru" : "en");
let story = { people: [], pulls: [], links: {}, try: [], bot: "" };
let person = null;
let shown = {};
const drafts = new Map();

const follow = {
  say: (text) => say(text),
  deepLink: (url) => startCommand(url).text !== undefined && openDeepLink(url),
};

function remembered(key) {
  try { return localStorage.getItem(`sandbox.${key}`); } catch { return null; }
}

function remember(key, value) {
  try { localStorage.setItem(`sandbox.${key}`, value); } catch { /* private window */ }
}

function t(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function nameOf(one) {
  return TEXTS[language].people[one.key] || one.name;
}

// --- talking to the sandbox

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error || String(answer.status));
  return content;
}

// Every deed ends in a fresh look; what was refused is said.
async function deed(path, body) {
  try {
    const answer = await ask(path, body);
    await refresh();
    return answer;
  } catch (error) {
    toast(error.message, true);
    return null;
  }
}

function say(text) {
  return deed("/telegram/say", { chat_id: person.chat_id, text });
}

async function press(message, data) {
  const body = { chat_id: person.chat_id, message_id: message.message_id, data };
  const answer = await deed("/telegram/press", body);
  if (answer === null) return;
  if (answer.answer === null) toast(t("noAnswer"), true);
  else if (answer.answer) toast(answer.answer, answer.alert);
}

let toastTimer = 0;

function toast(text, important = false) {
  $("toast").textContent = text;
  $("toast").classList.toggle("important", important);
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, important ? 6000 : 3000);
}

// --- deep links

function startCommand(address) {
  let url;
  try {
    url = new URL(address.includes("://") ? address : `https://${address}`);
  } catch {
    return {};
  }
  const telegram = ["t.me", "telegram.me", "telegram.dog"].includes(url.hostname);
  const bot = url.protocol === "tg:" ? url.searchParams.get("domain") : url.pathname.split("/")[1];
  const code = url.searchParams.get("start");
  if ((!telegram && url.protocol !== "tg:") || !bot || code === null) return {};
  return { bot, text: /^[A-Za-z0-9_-]{1,64}$/.test(code) ? `/start ${code}` : "/start" };
}

function openDeepLink(address) {
  const { bot, text } = startCommand(address);
  const note = $("open-note");
  if (text === undefined) note.textContent = t("wrongLink");
  else if (bot.toLowerCase() !== story.bot.toLowerCase()) note.textContent = t("wrongBot", { bot });
  else {
    say(text);
    note.textContent = t("opened", { text });
    $("deep-link").value = "";
  }
  return true;
}

// --- the chat

function showMessages(messages) {
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const focused = document.activeElement?.dataset?.key;
  const rows = messages.length
    ? messages.map(showMessage)
    : [node("li", { class: "empty" }, t("empty"))];
  list.replaceChildren(...withDays(messages, rows));
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  if (atEnd || shown.chat !== person.chat_id) list.scrollTop = list.scrollHeight;
  shown.chat = person.chat_id;
  showKeyboard(messages);
}

function withDays(messages, rows) {
  let last = "";
  return rows.flatMap((row, index) => {
    const day = messages[index] ? dayOf(messages[index].at) : last;
    if (day === last) return [row];
    last = day;
    return [node("li", { class: "day" }, day), row];
  });
}

function dayOf(at) {
  return new Date(at).toLocaleDateString(language, { day: "numeric", month: "long" });
}

function timeOf(at) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function showMessage(message) {
  const body = node("div", { class: "text" }, formatted(message.text, message.entities, follow));
  const marks = node("span", { class: "marks" },
    message.edited_at ? node("span", {}, t("edited")) : null,
    message.silent ? node("img", { src: "/page/silent.svg", class: "silent", title: t("silent"), alt: t("silent") }) : null,
    node("time", { datetime: message.at }, timeOf(message.at)));
  const bubble = node("div", { class: "bubble" }, body, marks);
  const buttons = node("div", { class: "buttons" }, ...message.buttons.map((row) =>
    node("div", { class: "row" }, ...row.map((button) => showButton(message, button)))));
  return node("li", { class: message.from === "bot" ? "in" : "out" }, bubble, message.buttons.length ? buttons : null);
}

function showButton(message, button) {
  const address = button.url || button.web_app;
  const url = address ? safeUrl(address) : null;
  const key = `${message.message_id} ${button.text}`;
  if (url) {
    const made = link(url, follow, { class: "button", "data-key": key });
    made.append(button.text, node("span", { "aria-hidden": "true" }, button.web_app ? " ▣" : " ↗"));
    return made;
  }
  return node("button", {
    type: "button",
    "data-key": key,
    disabled: button.data === null,
    onclick: () => press(message, button.data),
  }, button.text);
}

function showKeyboard(messages) {
  const last = messages.findLast((message) => message.keyboard !== null);
  const rows = last ? last.keyboard : [];
  $("keyboard").replaceChildren(...rows.map((row) => node("div", { class: "row" },
    ...row.map((text) => node("button", { type: "button", onclick: () => say(text) }, text)))));
}

// --- GitHub

const VERDICTS = [["approved", "approve"], ["changes_requested", "changes_requested"], ["commented", "commented"], ["dismissed", "dismiss"]];
const STATE_WORDS = { approved: "approved", changes_requested: "wantsChanges", commented: "commentedState", dismissed: "dismissed" };

function showPulls(pulls) {
  const focused = document.activeElement?.id;
  const seeded = new Map(story.pulls.map((pull) => [pull.url, pull]));
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
  if (person.key === seed?.curator) return reviewControls(pull, index);
  if (person.github !== pull.owner) return [];
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
    shown.pulls = "";
    if (await deed("/github/review", { pull: pull.url, by: person.key, state, body }) === null && body) {
      drafts.set(pull.url, body);
    }
  };
  const buttons = VERDICTS.map(([state, key]) => node("button",
    { type: "button", class: state, id: `pull-${index}-${state}`, onclick: () => submit(state) }, t(key)));
  return [text, node("div", { class: "verdicts" }, ...buttons)];
}

function showDeliveries(deliveries) {
  const rows = deliveries.map((one) => {
    const good = one.status >= 200 && one.status < 300;
    return node("li", { class: good ? "good" : "bad" },
      node("b", {}, one.status === null ? t("noReply") : String(one.status)),
      node("span", {}, one.event, one.action ? ` · ${one.action}` : null),
      node("time", { datetime: one.at, class: "faint" }, `${timeOf(one.at)} · ${one.duration_ms} ms`));
  });
  $("deliveries").replaceChildren(...(rows.length ? rows : [node("li", { class: "faint" }, t("noDeliveries"))]));
}

// --- letters: what SMTP brought, the newest first

const LETTERS_SHOWN = 10;

function showLetters(letters) {
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

// --- the whole

function showFrame() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = t(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = t(element.dataset.hint);
  $("language").textContent = t("language");
  $("language").lang = language === "ru" ? "en" : "ru";
  $("chat-name").textContent = `@${story.bot}`;
  $("chat-with").textContent = t("chatWith", { name: nameOf(person) });
  $("people").replaceChildren(...story.people.map(showPerson));
  $("links").replaceChildren(...Object.entries(story.links)
    .filter(([name, url]) => name !== "sandbox" && safeUrl(url))
    .map(([name, url]) => node("a", { href: safeUrl(url) }, TEXTS[language][name] || name)));
  $("tries-section").hidden = story.try.length === 0;
  $("tries").replaceChildren(...story.try.map((line) => node("li", {}, line)));
  shown = { chat: shown.chat };
}

function showPerson(one) {
  const current = one.key === person.key;
  return node("button", { type: "button", class: `person ${one.roles[0]}`, "aria-pressed": String(current), onclick: () => become(one) },
    node("span", { class: "face", "aria-hidden": "true" }, nameOf(one).slice(0, 1)), nameOf(one));
}

function become(one) {
  person = one;
  remember("person", one.key);
  showFrame();
  refresh();
}

// Redraw only what has changed, so that a reader's selection and scroll stay where they are.
function redraw(name, content, show) {
  const text = JSON.stringify(content);
  if (shown[name] === text) return;
  shown[name] = text;
  show(content);
}

let refreshing = null;

function refresh() {
  refreshing ??= look().finally(() => { refreshing = null; });
  return refreshing;
}

async function look() {
  const chat_id = person.chat_id;
  try {
    const [messages, chat, pulls, deliveries, letters] = await Promise.all([
      ask(`/telegram/messages?chat_id=${chat_id}`),
      ask(`/telegram/chat?chat_id=${chat_id}`),
      ask("/github/pulls"),
      ask("/github/deliveries?limit=12"),
      ask("/mail/outbox"),
    ]);
    if (chat_id !== person.chat_id) return;
    redraw("messages", messages, showMessages);
    redraw("blocked", chat.blocked, showBlocked);
    redraw("pulls", pulls, showPulls);
    redraw("deliveries", deliveries, showDeliveries);
    redraw("letters", letters, showLetters);
    document.body.classList.remove("offline");
  } catch {
    document.body.classList.add("offline");
    toast(t("offline"), true);
  }
}

function showBlocked(blocked) {
  $("block").textContent = t(blocked ? "unblock" : "block");
  $("block").setAttribute("aria-pressed", String(blocked));
  $("text").disabled = blocked;
  $("text").placeholder = blocked ? t("blocked") : t("write");
}

function grow() {
  $("text").rows = Math.min(6, Math.max(1, $("text").value.split("\n").length));
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  grow();
  if (await say(text) === null) $("text").value = text;
});
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
$("open").addEventListener("submit", (event) => {
  event.preventDefault();
  openDeepLink($("deep-link").value.trim());
});
$("block").addEventListener("click", () => deed("/telegram/block",
  { chat_id: person.chat_id, blocked: $("block").getAttribute("aria-pressed") !== "true" }));
$("language").addEventListener("click", () => {
  language = language === "ru" ? "en" : "ru";
  remember("language", language);
  showFrame();
  refresh();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

// `?as=curator&lang=ru` opens the page as somebody; a demo links to it.
async function begin() {
  const wish = new URLSearchParams(location.search);
  if (TEXTS[wish.get("lang")]) language = wish.get("lang");
  story = await ask("/story");
  const key = wish.get("as") || remembered("person");
  person = story.people.find((one) => one.key === key) || story.people[0];
  showFrame();
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_MS);
}

begin();
