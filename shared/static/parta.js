// Small conveniences; every page works without this script.
"use strict";

// A form is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Parts of a page that other services give: a plain link stands until they come, and where they
// do not. An answer that was sent on is the sign-in's, for somebody who was just signed out.
for (const card of document.querySelectorAll("[data-card]")) {
  fetch(card.dataset.card, {
    headers: { Accept: "text/html" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(10000),
  })
    .then((answer) =>
      answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status),
    )
    .then((html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      card.replaceChildren(...parsed.body.childNodes);
    })
    .catch(() => card.classList.add("absent"));
}

// The browser knows its own time zone: offered where another one is set, and taken by a press.
for (const offer of document.querySelectorAll("[data-suggest-zone]")) {
  const list = document.getElementById(offer.dataset.suggestZone);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = (option) => [option.value, ...(option.dataset.also || "").split(" ")];
  const option = [...list.options].find((one) => zone && names(one).includes(zone));
  if (!option || option.selected) continue;
  const button = offer.querySelector("button");
  button.textContent = option.textContent;
  button.addEventListener("click", () => {
    option.selected = true;
    offer.hidden = true;
    list.focus();
  });
  offer.hidden = false;
}

// A page that waits for something elsewhere: it goes on by itself once that has happened.
const waiting = document.querySelector("[data-look-again]");
if (waiting) {
  const path = waiting.dataset.lookAgain;
  let looks = 0;
  const timer = setInterval(() => {
    if (++looks > 200) clearInterval(timer);
    fetch(path, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(10000),
    })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((told) => {
        if (told.state !== "waiting") location.assign(path);
      })
      .catch(() => {});
  }, 3000);
}

// Links that may be meant: offered below a field, asked for at once and after a pause in typing.
// Where the list is not complete yet, it is asked for again, a few times.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  let timer, asked;
  const ask = (again) => {
    asked?.abort();
    const mine = (asked = new AbortController());
    const late = setTimeout(() => mine.abort(), 10000);
    fetch(`${field.dataset.suggest}?${new URLSearchParams({ q: field.value.trim().slice(0, 300) })}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: mine.signal,
    })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then(({ items, complete }) => {
        if (mine !== asked) return;
        const options = items.map(({ url, title }) => {
          const option = document.createElement("option");
          option.value = url;
          option.label = title;
          return option;
        });
        field.list.replaceChildren(...options);
        if (!complete && again > 0) timer = setTimeout(ask, 2000, again - 1);
      })
      .catch(() => {})
      .finally(() => clearTimeout(late));
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 500, 5);
  });
  ask(5);
}

// Words to choose, put into a text below the line where the cursor is, as far in as that line.
for (const list of document.querySelectorAll("select[data-insert]")) {
  const text = document.getElementById(list.dataset.insert);
  text.setSelectionRange(text.value.length, text.value.length);
  list.parentElement.hidden = false;
  list.addEventListener("change", () => {
    const begin = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const end = (text.value + "\n").indexOf("\n", text.selectionStart);
    const line = text.value.slice(begin, end);
    const [lead, dash = ""] = line.match(/^ *(- )?/);
    const indent = lead.slice(0, lead.length - dash.length) + (dash && "  ");
    const gap = line.length > lead.length ? `\n${lead}` : "";
    text.setRangeText(gap + list.value.replaceAll("\n", `\n${indent}`), end, end, "end");
    list.selectedIndex = 0;
    text.focus();
  });
}
