// The chat: messages as they stand, the keyboards under them, and what was there before.

import { follow } from "./links.js";
import { formatted, link, node, safeUrl } from "./message.js";
import { $, dayOf, deed, here, nameOf, say, session, t, timeOf, toast } from "./session.js";

// A message that has not changed keeps its node: what plays goes on playing.
const rows = new Map();
const opened = new Set();
let chat = null;

export function forgetMessages() {
  rows.clear();
}

export function showMessages(messages) {
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const focused = document.activeElement?.dataset?.key;
  place(list, messages.length ? withDays(messages) : [node("li", { class: "empty" }, t("empty"))]);
  if (focused && document.activeElement?.dataset?.key !== focused) {
    list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
  showKeyboard(messages);
  if (atEnd || chat !== here().chat_id) list.scrollTop = list.scrollHeight;
  chat = here().chat_id;
}

function withDays(messages) {
  let last = "";
  return messages.flatMap((message) => {
    const row = rowOf(message);
    const day = dayOf(message.at);
    if (day === last) return [row];
    last = day;
    return [kept(`day of ${message.message_id}`, day, () => node("li", { class: "day" }, day)), row];
  });
}

function rowOf(message) {
  return kept(message.message_id, JSON.stringify(message), () => showMessage(message));
}

function kept(key, content, make) {
  const known = rows.get(key);
  if (known?.content === content) return known.element;
  const element = make();
  rows.set(key, { content, element });
  return element;
}

function place(list, elements) {
  const wanted = new Set(elements);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
  });
}

// --- one message

function showMessage(message) {
  const earlier = message.edits.length ? showEarlier(message) : null;
  const bubble = node("div", { class: "bubble", "data-kind": message.kind },
    message.reply_to ? showQuote(message.reply_to) : null,
    message.kind === "text" ? null : showFile(message),
    message.text ? node("div", { class: "text" }, formatted(message.text, message.entities, follow)) : null,
    showMarks(message, earlier),
    earlier);
  const buttons = node("div", { class: "buttons" }, ...message.buttons.map((row) =>
    node("div", { class: "row" }, ...row.map((button) => showButton(message, button)))));
  return node("li", { class: message.from === "bot" ? "in" : "out", "data-id": message.message_id },
    bubble, message.buttons.length ? buttons : null);
}

function showMarks(message, earlier) {
  const toggle = (event) => {
    const open = earlier.toggleAttribute("hidden") === false;
    event.currentTarget.setAttribute("aria-expanded", String(open));
    if (open) opened.add(message.message_id);
    else opened.delete(message.message_id);
  };
  const edited = earlier && node("button", {
    type: "button",
    class: "edited",
    title: t("earlier"),
    "aria-expanded": String(opened.has(message.message_id)),
    "data-key": `${message.message_id} edited`,
    onclick: toggle,
  }, t("edited"));
  return node("span", { class: "marks" }, edited,
    message.protected ? mark("protected") : null,
    message.silent ? mark("silent") : null,
    node("time", { datetime: message.at }, timeOf(message.at)));
}

function mark(name) {
  return node("img", { src: `/page/${name}.svg`, class: name, title: t(name), alt: t(name) });
}

function showEarlier(message) {
  const texts = message.edits.map((edit) => node("li", {},
    node("time", { datetime: edit.at }, timeOf(edit.at)), " ", edit.text));
  return node("ol", { class: "earlier", "aria-label": t("earlier"), hidden: !opened.has(message.message_id) }, ...texts);
}

function showQuote(reply) {
  const words = reply.quote || reply.text || (reply.kind ? t(reply.kind) : t("gone"));
  const name = reply.from === "person" ? nameOf(session.person) : `@${session.story.bot}`;
  const jump = () => {
    const answered = $("messages").querySelector(`[data-id="${reply.message_id}"]`);
    answered?.scrollIntoView({ block: "center" });
    answered?.animate?.([{ opacity: 0.35 }, { opacity: 1 }], 900);
  };
  return node("button", { type: "button", class: "quote", disabled: reply.kind === null, onclick: jump },
    reply.from ? node("b", {}, name) : null, node("span", {}, words));
}

// --- files

function showFile(message) {
  if (message.file === null) return node("p", { class: "attachment faint" }, `${t(message.kind)}: ${t("noBytes")}`);
  if (message.kind === "photo") return showPhoto(message);
  if (message.kind === "document") return showDocument(message);
  const named = [message.performer, message.title || message.file_name].filter(Boolean).join(" — ");
  return node("div", { class: "attachment" },
    message.kind === "audio" && named ? node("b", {}, named) : null,
    node("audio", { controls: true, preload: "metadata", src: message.file, "aria-label": t(message.kind) }));
}

function showPhoto(message) {
  const { width, height } = message;
  const picture = node("img", { src: message.file, width, height, alt: message.text || t("photo") });
  return node("a", { class: "attachment photo", href: message.file, target: "_blank", rel: "noopener" }, picture);
}

function showDocument(message) {
  const name = message.file_name || t("document");
  return node("a", { class: "attachment document", href: message.file, download: name },
    node("b", {}, name), node("span", { class: "faint" }, sizeOf(message.file_size)));
}

function sizeOf(bytes) {
  const [size, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "kilobyte"] : [bytes / 1024 / 1024, "megabyte"];
  const how = { style: "unit", unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(session.language, how).format(size);
}

// --- keyboards

async function press(message, data) {
  const body = { ...here(), message_id: message.message_id, data };
  const answer = await deed("/telegram/press", body);
  if (answer === null) return;
  if (answer.answer === null) toast(t("noAnswer"), true);
  else if (answer.answer) toast(answer.answer, answer.alert);
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
