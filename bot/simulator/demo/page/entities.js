// A text with Telegram's entities as elements. Offsets count UTF-16 units, as
// JavaScript's strings do.
import { el } from './dom.js';

const tags = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', blockquote: 'blockquote', expandable_blockquote: 'blockquote' };

/** rich returns the nodes of text; command(text) is called when a bot command is pressed. */
export function rich(text, entities, command) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, command);
}

// build draws text[from:to]; an entity that overlaps its neighbour is cut off.
function build(text, from, to, entities, command) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const entity = rest[0];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    rest = rest.slice(1);
    if (start >= end) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = rest.filter((e) => e.offset < end);
    rest = rest.filter((e) => e.offset >= end);
    nodes.push(wrap(entity, text.slice(start, end), build(text, start, end, inner, command), command));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, text, children, command) {
  switch (entity.type) {
    case 'pre':
      return el('pre', { tabindex: '0' }, el('code', {}, children));
    case 'spoiler':
      return spoiler(children);
    case 'bot_command':
      return el('button', { type: 'button', class: 'link', onclick: () => command(text) }, children);
    case 'text_link':
      return link(entity.url, children);
    case 'url':
      return link(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`, children);
    case 'email':
      return link(`mailto:${text}`, children);
    case 'phone_number':
      return link(`tel:${text.replace(/[^+\d]/g, '')}`, children);
    default:
      return el(tags[entity.type] || 'span', {}, children);
  }
}

/** link opens elsewhere, or is plain text when its address is not one to open. */
export function link(address, children, attributes = {}) {
  const url = URL.parse(address);
  if (!url || !['http:', 'https:', 'mailto:', 'tel:', 'tg:'].includes(url.protocol)) return el('span', attributes, children);
  return el('a', { ...attributes, href: url.href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

function spoiler(children) {
  const node = el('span', { class: 'spoiler', role: 'button', tabindex: '0', 'aria-label': 'Скрытый текст, нажмите, чтобы увидеть' }, children);
  const show = () => {
    node.className = '';
    for (const name of ['role', 'tabindex', 'aria-label']) node.removeAttribute(name);
  };
  node.addEventListener('click', show, { once: true });
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    show();
  });
  return node;
}
