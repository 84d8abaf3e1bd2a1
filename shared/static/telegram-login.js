// The older login widget comes back with its word behind the #: say whose it is, and show the
// button that sends it.
"use strict";
const form = document.querySelector("[data-telegram]");
const found = /^#tgAuthResult=([A-Za-z0-9+/_=-]+)$/.exec(location.hash);
if (form && found && form.elements.result) {
  try {
    const bytes = Uint8Array.from(
      atob(found[1].replace(/-/g, "+").replace(/_/g, "/")),
      (sign) => sign.codePointAt(0),
    );
    const user = JSON.parse(new TextDecoder().decode(bytes));
    if (!user.id) throw new Error("nobody");
    const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
    form.querySelector("[data-name]").textContent = name || user.username || String(user.id);
    form.elements.result.value = found[1];
    form.querySelector("[data-found]").hidden = false;
    form.querySelector("[data-waiting]").hidden = true;
  } catch {
    // Not Telegram's word: the page goes on saying that nothing came.
  }
  history.replaceState(null, "", location.pathname + location.search);
}
