// The clock of the house, which a demo moves, and the same moment on this person's wall.

import { node } from "./message.js";
import { $, deed, moment, remember, session, t, zone } from "./session.js";

const HOUR_S = 3600;
const MORNING = 8;
const ZONES = [
  "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
  "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "UTC",
];
const LONG = { weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

let now = null;

export function showClock(clock) {
  now = new Date(clock.now);
  $("clock").hidden = !clock.movable;
  $("house-time").textContent = moment(now, LONG, "UTC");
  $("person-time").textContent = moment(now, LONG);
}

export function showZones() {
  const known = new Set([zone(), session.person.zone, Intl.DateTimeFormat().resolvedOptions().timeZone, ...ZONES]);
  $("zone").replaceChildren(...[...known].map((name) =>
    node("option", { value: name, selected: name === zone() }, name.replace("_", " "))));
}

// A night on which the clocks are changed is longer or shorter, so the hour is looked at again.
function secondsToMorning() {
  const [hour, minute, second] = ["hour", "minute", "second"].map((part) => partOf(now, part));
  const left = (MORNING - hour) * HOUR_S - minute * 60 - second;
  const seconds = left > 0 ? left : left + 24 * HOUR_S;
  return seconds + (MORNING - partOf(now.getTime() + seconds * 1000, "hour")) * HOUR_S;
}

function partOf(at, name) {
  const how = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone() };
  return Number(new Intl.DateTimeFormat("en", how).formatToParts(at).find((part) => part.type === name).value);
}

const move = (seconds) => deed("/clock", { advance_s: seconds });

$("hour").addEventListener("click", () => move(HOUR_S));
$("night").addEventListener("click", () => move(8 * HOUR_S));
$("morning").addEventListener("click", () => move(secondsToMorning()));
$("zone").addEventListener("change", () => {
  remember(`zone.${session.person.key}`, $("zone").value);
  session.redraw();
});
