// Building the page out of elements and text, never out of HTML.

const paths = {
  attach: 'M20 11.500l-8.600 8.600a5.600 5.600 0 0 1-8-8L12.200 3.400a3.700 3.700 0 0 1 5.300 5.300l-8.700 8.700a1.900 1.900 0 0 1-2.700-2.700l8-8',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'M2 12.500l4.500 4.500L16 7.500M11 16l1 1 9.500-9.500',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4.500V12l3 2',
  close: 'M5 5l14 14M19 5L5 19',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  down: 'M5 9l7 7 7-7',
  edit: 'M4 20l1-5L16 4l4 4L9 19zM13.500 6.500l4 4',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  keyboard: 'M3 6h18v12H3zM7 10h.1M11 10h.1M15 10h.1M8 14h8',
  link: 'M8 16L17 7M10 7h7v7',
  list: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h4',
  mail: 'M3 5h18v14H3zM3 6l9 7 9-7',
  more: 'M12 5.500h.1M12 12h.1M12 18.500h.1',
  pause: 'M8 5v14M16 5v14',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.500 3.500-7 8-7s8 2.500 8 7',
  picture: 'M3 5h18v14H3zM3 17l6-6 5 5 3-3 4 4M15.500 9h.1',
  play: 'M8 5l11 7-11 7z',
  plus: 'M12 5v14M5 12h14',
  reply: 'M10 6L4 12l6 6M4 12h9c4 0 7 2 7 7',
  save: 'M12 4v11M7 10.500l5 5 5-5M4 20h16',
  send: 'M4 4l17 8-17 8 3-8zM7 12h8',
  sticker: 'M12 3a9 9 0 1 0 9 9c-5 0-9-4-9-9zM12 3l9 9',
  voice: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
};

/** el makes an element; null and false attributes and children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** icon draws one of the page's own pictures, hidden from screen readers. */
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', paths[name]);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** hidden is text for screen readers only. */
export const hidden = (text) => el('span', { class: 'hidden' }, text);

/** drawIcons replaces the <i data-icon> of the static page. */
export function drawIcons() {
  for (const i of document.querySelectorAll('i[data-icon]')) i.replaceWith(icon(i.dataset.icon));
}

/**
 * patch makes the children of parent those that items describe, in that order:
 * an item whose content (its JSON) did not change keeps its element, with focus,
 * scroll and a playing sound. cache belongs to the parent.
 */
export function patch(parent, cache, items, draw) {
  const alive = new Set(items.map((item) => item.key));
  for (const [key, entry] of cache) {
    if (alive.has(key)) continue;
    entry.node.remove();
    cache.delete(key);
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const json = JSON.stringify(item);
    let entry = cache.get(item.key);
    if (!entry || entry.json !== json) {
      const node = draw(item);
      if (entry) {
        if (next === entry.node) next = node;
        refocus(entry.node, node);
      }
      entry = { json, node };
      cache.set(item.key, entry);
    }
    if (entry.node === next) next = next.nextElementSibling;
    else parent.insertBefore(entry.node, next);
  }
}

// refocus puts after in the place of before, and does not throw the keyboard's
// user out of it.
function refocus(before, after) {
  const at = [...before.querySelectorAll('button, a, input')].indexOf(document.activeElement);
  before.replaceWith(after);
  if (at < 0) return;
  const same = after.querySelectorAll('button, a, input');
  if (same.length) same[Math.min(at, same.length - 1)].focus({ preventScroll: true });
}
