// Links of t.me that open the bot with a start code.

import { $, say, session, t } from "./session.js";

export function startCommand(address) {
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

export function openDeepLink(address) {
  const { bot, text } = startCommand(address);
  const note = $("open-note");
  if (text === undefined) note.textContent = t("wrongLink");
  else if (bot.toLowerCase() !== session.story.bot.toLowerCase()) note.textContent = t("wrongBot", { bot });
  else {
    say(text);
    note.textContent = t("opened", { text });
    $("deep-link").value = "";
  }
  return true;
}

// What a link or a command inside a message does.
export const follow = {
  say,
  deepLink: (url) => startCommand(url).text !== undefined && openDeepLink(url),
};
