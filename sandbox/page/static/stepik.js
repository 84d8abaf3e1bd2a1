// Stepik: courses, who learns in them, and how far somebody has come. A press moves it.

import { node } from "./message.js";
import { $, deed, nameOf, session, t } from "./session.js";

const SIZES = [20, 7];
const chosen = new Map();
const opened = new Set();
let course = null;
let shown = null;

// Whoever sits here is shown first, if they learn there.
export function stepikPath() {
  const user = chosen.get(session.person.key) ?? session.person.key;
  return `/stepik/course?user=${user}${course === null ? "" : `&course=${course}`}`;
}

// After a restart a seeded course is no more: back to the first.
export function forgetCourse(error) {
  if (!(error instanceof TypeError)) course = null;
  return null;
}

export function showStepikState(state) {
  $("stepik-course").replaceChildren(...state.courses.map((one) =>
    node("option", { value: one.course, selected: one.course === (course ?? state.courses[0].course) }, one.title)));
  const size = state.settings.page_size;
  $("stepik-size").replaceChildren(...[...new Set([...SIZES, size])].map((one) =>
    node("option", { value: one, selected: one === size }, String(one))));
}

export function showCourse(content) {
  shown = content;
  if (shown === null) return;
  const focused = document.activeElement?.id;
  $("stepik-user").replaceChildren(...shown.learners_shown.map((one) =>
    node("option", { value: one.user, selected: one.user === shown.user }, `${nameOf(one)} · ${one.score}`)));
  $("stepik-user").disabled = shown.user === null;
  const modules = shown.modules.map(showModule);
  $("stepik-modules").replaceChildren(...(modules.length ? modules : [node("p", { class: "faint" }, t("noLessons"))]));
  if (focused?.startsWith("stepik-")) $(focused)?.focus();
}

function showModule(module) {
  const passed = module.lessons.filter((one) => one.passed).length;
  const details = node("details", { class: "module", open: opened.has(module.section) },
    node("summary", { id: `stepik-module-${module.section}` }, node("b", {}, module.title), " ",
      node("span", { class: "faint" }, t("lessonsPassed", { passed, total: module.lessons.length }))),
    node("ul", {}, ...module.lessons.map(showLesson)));
  details.addEventListener("toggle", () => (details.open ? opened.add(module.section) : opened.delete(module.section)));
  return details;
}

function showLesson(lesson) {
  const move = (passed, step) => () => deed("/stepik/progress", { user: shown.user, lesson: lesson.lesson, passed, ...step });
  const disabled = shown.user === null;
  const steps = lesson.steps.map((one) => node("button", {
    type: "button",
    class: one.is_marked ? "step" : "step theory",
    id: `stepik-${lesson.lesson}-${one.step}`,
    title: one.is_marked ? null : t("theory"),
    "aria-label": t(one.is_marked ? "stepOf" : "theoryOf", { step: one.step, lesson: lesson.title }),
    "aria-pressed": String(one.passed),
    disabled,
    onclick: move(!one.passed, { step: one.step }),
  }, String(one.step)));
  return node("li", {},
    node("span", { class: lesson.passed ? "lesson passed" : "lesson" }, lesson.title),
    ...steps,
    node("button", {
      type: "button",
      class: "small",
      id: `stepik-${lesson.lesson}-all`,
      "aria-label": t(lesson.passed ? "takeBackOf" : "passOf", { lesson: lesson.title }),
      disabled,
      onclick: move(!lesson.passed),
    }, t(lesson.passed ? "takeBack" : "pass")));
}

$("stepik-course").addEventListener("change", () => {
  course = Number($("stepik-course").value);
  chosen.clear();
  session.refresh();
});
$("stepik-user").addEventListener("change", () => {
  chosen.set(session.person.key, Number($("stepik-user").value));
  session.refresh();
});
$("stepik-size").addEventListener("change", () => deed("/stepik/settings", { page_size: Number($("stepik-size").value) }));
