// Who sits here, in which language, and how the page speaks to the sandbox.

import { TEXTS } from "./texts.js";

export const $ = (id) => document.getElementById(id);

export const session = {
  language: remembered("language") || (navigator.language.startsWith("ru") ? "ru" : "en"),
  story: { people: [], pulls: [], links: {}, try: [], bot: "" },
  person: null,
  // The group chat that is looked into as this person; null is their own chat with the bot.
  room: null,
  // What each part of the page was drawn from; page.js keeps it, and gives the two ways to look.
  shown: {},
  refresh: async () => {},
  redraw: async () => {},
};

export function remembered(key) {
  try { return localStorage.getItem(`sandbox.${key}`); } catch { return null; }
}

export function remember(key, value) {
  try { localStorage.setItem(`sandbox.${key}`, value); } catch { /* private window */ }
}

export function t(key, values = {}) {
  return TEXTS[session.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function nameOf(one) {
  return TEXTS[session.language].people[one.key] || one.name || one.title;
}

// --- time, by the clock on this person's wall

export function zone() {
  return remembered(`zone.${session.person.key}`) || session.person.zone;
}

export function moment(at, how, timeZone = zone()) {
  return new Intl.DateTimeFormat(session.language, { timeZone, ...how }).format(new Date(at));
}

export function timeOf(at) {
  return moment(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayOf(at) {
  return moment(at, { day: "numeric", month: "long" });
}

// --- talking to the sandbox

export async function ask(path, body) {
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
export async function deed(path, body) {
  try {
    const answer = await ask(path, body);
    await session.refresh();
    return answer;
  } catch (error) {
    toast(error.message, true);
    return null;
  }
}

// The chat that is shown, and in a group who acts there.
export function here() {
  return session.room
    ? { chat_id: session.room.chat_id, by: session.person.key }
    : { chat_id: session.person.chat_id };
}

export function say(text) {
  return deed("/telegram/say", { ...here(), text });
}

let toastTimer = 0;

export function toast(text, important = false) {
  $("toast").textContent = text;
  $("toast").classList.toggle("important", important);
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, important ? 6000 : 3000);
}
