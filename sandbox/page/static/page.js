import { buyersPath, showBuyers, showRefusals } from "./boomstream.js";
import { forgetMessages, showMessages } from "./chat.js";
import { showClock, showZones } from "./clock.js";
import { showBlocked, showCommands } from "./composer.js";
import { showPulls } from "./github.js";
import { showLetters } from "./letters.js";
import { openDeepLink } from "./links.js";
import { node, safeUrl } from "./message.js";
import { showRepositories } from "./repositories.js";
import { $, ask, deed, here, nameOf, remember, remembered, session, t, toast } from "./session.js";
import { forgetCourse, showCourse, showStepikState, stepikPath } from "./stepik.js";
import { TEXTS } from "./texts.js";
import { showDeliveries, showLosses } from "./webhooks.js";

const REFRESH_MS = 1000;

function showFrame() {
  document.documentElement.lang = session.language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = t(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of document.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = t(element.dataset.hint);
  $("language").textContent = t("language");
  $("language").lang = session.language === "ru" ? "en" : "ru";
  $("chat-name").textContent = session.room ? nameOf(session.room) : `@${session.story.bot}`;
  $("chat-with").textContent = t(session.room ? "roomWith" : "chatWith", { name: nameOf(session.person) });
  $("block").hidden = session.room !== null;
  $("people").replaceChildren(...session.story.people.map(showPerson), ...session.story.rooms.map(showRoom));
  $("links").replaceChildren(...Object.entries(session.story.links)
    .filter(([name, url]) => name !== "sandbox" && safeUrl(url))
    .map(([name, url]) => node("a", { href: safeUrl(url) }, TEXTS[session.language][name] || name)));
  $("tries-section").hidden = session.story.try.length === 0;
  $("tries").replaceChildren(...session.story.try.map((line) => node("li", {}, line)));
  showZones();
  forgetMessages();
  session.shown = {};
}

function showPerson(one) {
  const current = one.key === session.person.key;
  return node("button", { type: "button", class: `person ${one.roles[0]}`, "aria-pressed": String(current), onclick: () => become(one) },
    node("span", { class: "face", "aria-hidden": "true" }, nameOf(one).slice(0, 1)), nameOf(one));
}

function showRoom(one) {
  const current = one.key === session.room?.key;
  return node("button", { type: "button", class: "room", "aria-pressed": String(current), onclick: () => enter(one) }, nameOf(one));
}

function enter(room) {
  session.room = room;
  session.redraw();
}

function become(one) {
  session.person = one;
  session.room = null;
  remember("person", one.key);
  session.redraw();
}

// Redraw only what has changed, so that a reader's selection and scroll stay where they are.
function redraw(name, content, show) {
  const text = JSON.stringify(content);
  if (session.shown[name] === text) return;
  session.shown[name] = text;
  show(content);
}

let refreshing = null;

session.refresh = () => {
  refreshing ??= look().finally(() => { refreshing = null; });
  return refreshing;
};

session.redraw = () => {
  showFrame();
  return session.refresh();
};

async function look() {
  const place = here();
  const chat_id = place.chat_id;
  try {
    const [messages, chat, commands, clock, pulls, repositories, deliveries, losses, letters, course, stepik, buyers, refusals] = await Promise.all([
      ask(`/telegram/messages?chat_id=${chat_id}`),
      ask(`/telegram/chat?chat_id=${chat_id}`),
      ask(`/telegram/commands?${new URLSearchParams(place)}`),
      ask("/clock"),
      ask("/github/pulls?limit=30"),
      ask(`/github/repositories?owner=${session.person.key}`).catch(() => []),
      ask("/github/deliveries?limit=12"),
      ask("/github/losses"),
      ask("/mail/outbox"),
      ask(stepikPath()).catch(forgetCourse),
      ask("/stepik/state"),
      ask(buyersPath),
      ask("/boomstream/refusals"),
    ]);
    if (chat_id !== here().chat_id) return;
    redraw("messages", messages, showMessages);
    redraw("blocked", chat.blocked, showBlocked);
    redraw("commands", commands, showCommands);
    showClock(clock);
    redraw("pulls", pulls, showPulls);
    redraw("repositories", repositories, showRepositories);
    redraw("deliveries", deliveries, showDeliveries);
    redraw("losses", losses, showLosses);
    redraw("letters", letters, showLetters);
    redraw("stepik", { courses: stepik.courses, settings: stepik.settings }, showStepikState);
    redraw("course", course, showCourse);
    redraw("buyers", buyers, showBuyers);
    redraw("refusals", refusals, showRefusals);
    document.body.classList.remove("offline");
  } catch {
    document.body.classList.add("offline");
    toast(t("offline"), true);
  }
}

$("open").addEventListener("submit", (event) => {
  event.preventDefault();
  openDeepLink($("deep-link").value.trim());
});
$("block").addEventListener("click", () => deed("/telegram/block",
  { chat_id: session.person.chat_id, blocked: $("block").getAttribute("aria-pressed") !== "true" }));
$("language").addEventListener("click", () => {
  session.language = session.language === "ru" ? "en" : "ru";
  remember("language", session.language);
  session.redraw();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) session.refresh(); });

// `?as=curator&lang=ru` opens the page as somebody; a demo links to it.
async function begin() {
  const wish = new URLSearchParams(location.search);
  if (TEXTS[wish.get("lang")]) session.language = wish.get("lang");
  session.story = await ask("/story");
  const key = wish.get("as") || remembered("person");
  session.person = session.story.people.find((one) => one.key === key) || session.story.people[0];
  await session.redraw();
  setInterval(() => { if (!document.hidden) session.refresh(); }, REFRESH_MS);
}

begin();
