// A message as Telegram shows it. Everything becomes nodes; no text is ever read as markup.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (name === "class") made.className = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Only addresses a browser may follow; `javascript:` and the like stay plain text.
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tg:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

// JavaScript strings count UTF-16 units, as Telegram's offsets do, so they fit as they are.
export function formatted(text, entities, follow) {
  const root = document.createDocumentFragment();
  render(root, text, 0, text.length, [...entities], follow);
  return root;
}

function render(parent, text, from, to, entities, follow) {
  let at = from;
  while (entities.length) {
    const entity = entities.shift();
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (start >= end) continue;
    parent.append(text.slice(at, start));
    const inner = [];
    while (entities.length && entities[0].offset < end) inner.push(entities.shift());
    const element = elementFor(entity, text.slice(start, end), follow);
    render(element, text, start, end, inner, follow);
    parent.append(element);
    at = end;
  }
  parent.append(text.slice(at, to));
}

function elementFor(entity, text, follow) {
  if (TAGS[entity.type]) return node(TAGS[entity.type]);
  if (entity.type === "spoiler") {
    const reveal = (event) => event.currentTarget.classList.add("seen");
    return node("span", { class: "spoiler", onclick: reveal });
  }
  if (entity.type === "bot_command") {
    return node("button", { type: "button", class: "command", onclick: () => follow.say(text) });
  }
  const target = { text_link: entity.url, url: text, email: `mailto:${text}` }[entity.type];
  const url = target ? safeUrl(target) : null;
  return url ? link(url, follow) : node("span");
}

export function link(url, follow, attributes = {}) {
  const open = (event) => {
    if (follow.deepLink(url)) event.preventDefault();
  };
  return node("a", { href: url, target: "_blank", rel: "noreferrer noopener", onclick: open, ...attributes });
}
