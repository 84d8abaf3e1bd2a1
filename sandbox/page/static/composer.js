// What the person writes with: the text field, the menu of commands, a voice from a file.

import { node } from "./message.js";
import { $, deed, here, say, t } from "./session.js";

let commands = [];

export function showCommands(menu) {
  commands = menu;
  $("menu-button").hidden = commands.length === 0;
  if (!$("menu").hidden) offer(typed() ?? "");
}

export function showBlocked(blocked) {
  $("block").textContent = t(blocked ? "unblock" : "block");
  $("block").setAttribute("aria-pressed", String(blocked));
  for (const id of ["text", "voice", "menu-button"]) $(id).disabled = blocked;
  $("text").placeholder = blocked ? t("blocked") : t("write");
}

// The beginning of a command in the field, without its stroke; null when it is something else.
function typed() {
  return /^\/(\w*)$/.exec($("text").value)?.[1] ?? null;
}

function offer(beginning) {
  const focused = document.activeElement?.dataset?.command;
  const fitting = commands.filter((one) => one.command.startsWith(beginning.toLowerCase()));
  $("menu").replaceChildren(...fitting.map((one) => node("li", {},
    node("button", { type: "button", "data-command": one.command, onclick: () => choose(one.command) },
      node("b", {}, `/${one.command}`), node("span", {}, one.description)))));
  setOpen(fitting.length > 0);
  if (focused) $("menu").querySelector(`[data-command="${focused}"]`)?.focus();
}

function setOpen(open) {
  $("menu").hidden = !open;
  $("menu-button").setAttribute("aria-expanded", String(open));
}

function choose(command) {
  setOpen(false);
  if (typed() !== null) $("text").value = "";
  $("text").focus();
  say(`/${command}`);
}

function step(by) {
  const choices = [...$("menu").querySelectorAll("button")];
  const at = choices.indexOf(document.activeElement);
  if (at + by < 0) $("text").focus();
  else choices[Math.min(at + by, choices.length - 1)]?.focus();
}

function grow() {
  $("text").rows = Math.min(6, Math.max(1, $("text").value.split("\n").length));
}

async function sayVoice(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  await deed("/telegram/say", { ...here(), voice: btoa(parts.join("")) });
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  setOpen(false);
  grow();
  if (await say(text) === null) $("text").value = text;
});
$("text").addEventListener("input", () => {
  grow();
  if (typed() === null) setOpen(false);
  else offer(typed());
});
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
$("composer").addEventListener("keydown", (event) => {
  if ($("menu").hidden) return;
  if (event.key === "Escape") {
    setOpen(false);
    $("text").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
});
$("composer").addEventListener("focusout", (event) => {
  if (!$("composer").contains(event.relatedTarget)) setOpen(false);
});
$("menu-button").addEventListener("click", () => {
  if (!$("menu").hidden) return setOpen(false);
  offer("");
  return step(1);
});
$("voice").addEventListener("click", () => $("voice-file").click());
$("voice-file").addEventListener("change", async () => {
  const [file] = $("voice-file").files;
  $("voice-file").value = "";
  if (file) await sayVoice(file);
});
