// A video is framed at a press. Only then is the reader's own address of it asked for, and it is
// kept in the frame alone. In a chat the page does not know its reader: what Telegram signed is
// behind the #, and a bearer made of it stays in this script's memory.
"use strict";
{
  const TELEGRAM = "https://web.telegram.org";
  const app = document.querySelector("[data-app]");
  // In a chat it is the bearer that counts, also where this browser is somebody's already.
  const credentials = app ? "omit" : "same-origin";
  const headers = { Accept: "application/json" };

  async function ask(path, more = {}) {
    const answer = await fetch(path, {
      headers,
      credentials,
      signal: AbortSignal.timeout(15000),
      ...more,
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    throw Object.assign(new Error("refused"), { status: answer.status, words: told.detail });
  }

  // What other people wrote is shown as text; a fault of the way has no words of its own.
  const words = (error, otherwise) => (error.status < 500 && error.words) || otherwise;

  function show(form, address) {
    const player = document.createElement("iframe");
    player.className = "player";
    player.title = form.dataset.title;
    player.referrerPolicy = "strict-origin-when-cross-origin";
    player.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
    player.sandbox.add(
      "allow-scripts",
      "allow-same-origin",
      "allow-forms",
      "allow-popups",
      "allow-popups-to-escape-sandbox",
      "allow-presentation",
    );
    player.src = address;
    form.replaceWith(player);
    player.focus();
  }

  for (const form of document.querySelectorAll("[data-player]")) {
    const refusal = form.querySelector("[data-refused]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.asking) return;
      form.dataset.asking = "yes";
      refusal.hidden = true;
      ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
        .then(({ player }) => show(form, player))
        .catch((error) => {
          if (app && error.status === 401) return say("stranger");
          refusal.textContent = words(error, refusal.dataset.refused);
          refusal.hidden = false;
          delete form.dataset.asking;
          delete form.dataset.sent;
        });
    });
  }

  function say(state) {
    for (const one of app.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== state;
  }

  if (app) {
    const refuse = (error) => {
      if (error.status === 401) return say("stranger");
      const line = app.querySelector("[data-refusal]");
      line.textContent = words(error, line.dataset.refusal);
      say("refused");
    };
    // Telegram's apps listen to what a page says of itself; where nobody does, nothing is said.
    const tell = (type) => {
      if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(type, "{}");
      else if (window.parent !== window)
        window.parent.postMessage(JSON.stringify({ eventType: type, eventData: {} }), TELEGRAM);
    };

    const look = async (looks = 0) => {
      const video = await ask(`/sync/videos/${app.dataset.app}`);
      document.title = video.title;
      app.querySelector("[data-title]").textContent = video.title;
      const form = app.querySelector("[data-player]");
      form.dataset.title = video.title;
      form.action = `/sync/videos/${app.dataset.app}/player`;
      app.querySelector("[data-missing]").replaceChildren(
        ...video.missing.map((line) => {
          const item = document.createElement("li");
          item.className = "sentence";
          item.textContent = line;
          return item;
        }),
      );
      app.querySelector("[data-why]").hidden = video.why !== "missing";
      say(video.state);
      if (video.state === "waiting" && looks < 100)
        setTimeout(() => look(looks + 1).catch(refuse), 3000);
    };

    const begin = async () => {
      const signed = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
      history.replaceState(null, "", location.pathname + location.search);
      tell("web_app_ready");
      tell("web_app_expand");
      if (!signed) return say("stranger");
      if (!app.dataset.app) return say("nothing");
      const { token } = await ask("/login/telegram/webapp", {
        method: "POST",
        body: new URLSearchParams({ initData: signed }),
      });
      headers.Authorization = `Bearer ${token}`;
      await look();
    };
    begin().catch(refuse);
  }
}
