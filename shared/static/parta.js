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

// Parts of a page that other services give: a plain link stands until they come.
for (const card of document.querySelectorAll("[data-card]")) {
  fetch(card.dataset.card, { headers: { Accept: "text/html" }, credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      card.replaceChildren(...parsed.body.childNodes);
    })
    .catch(() => card.classList.add("absent"));
}
