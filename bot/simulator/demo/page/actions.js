// What can be done with a message: a click on it, or on its button, opens the menu.
import { byId, el, icon } from './dom.js';
import { popup } from './menu.js';

/** actions serves the list of messages; find(id) is a message, line the composer. */
export function actions(find, line) {
  const wall = byId('message-menu').parentElement;
  const list = byId('messages');
  const box = byId('message-menu');
  const menu = popup(box);

  function open(item) {
    const message = find(Number(item.dataset.message));
    const button = item.querySelector('.more');
    if (message && button) menu.open(button, choices(message, line), () => place(item.querySelector('.bubble'), message.own));
  }

  // place puts the menu under the bubble, or above it where there is no room.
  function place(bubble, own) {
    const around = wall.getBoundingClientRect();
    const at = bubble.getBoundingClientRect();
    const below = Math.max(at.bottom, around.top) - around.top + 4;
    const above = at.top - around.top - box.offsetHeight - 4;
    box.style.top = `${Math.max(4, below + box.offsetHeight > around.height ? Math.min(above, around.height - box.offsetHeight - 4) : below)}px`;
    const left = own ? at.right - box.offsetWidth : at.left;
    box.style.left = `${Math.max(8, Math.min(left, around.right - box.offsetWidth - 8) - around.left)}px`;
  }

  list.addEventListener('click', (event) => {
    const item = event.target.closest('[data-message]');
    if (!item) return;
    const own = event.target.closest('.more');
    const control = event.target.closest('button, a, input, [role=button]');
    if (own || (event.target.closest('.bubble') && !control && getSelection().isCollapsed)) open(item);
  });
  // One stop of the Tab key for all messages: arrows go from one to the next.
  list.addEventListener('keydown', (event) => {
    const all = [...list.querySelectorAll('.more')];
    const at = all.indexOf(event.target);
    const to = at + ({ ArrowUp: -1, ArrowDown: 1 }[event.key] || 0);
    if (at < 0 || to === at || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
  byId('scroll').addEventListener('scroll', () => menu.close(box.contains(document.activeElement)), { passive: true });

  return {
    close: () => menu.close(false),
    /** settle leaves the newest message's button as the stop. */
    settle: () => [...list.querySelectorAll('.more')].forEach((more, i, all) => more.setAttribute('tabindex', i === all.length - 1 ? '0' : '-1')),
  };
}

/** more is the button of a bubble. */
export const more = () => el('button', {
  type: 'button', class: 'more', tabindex: '-1', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': 'message-menu',
  'aria-label': 'Действия с сообщением', title: 'Действия с сообщением',
}, icon('more'));

function choices(message, line) {
  const file = message.media && message.media.kind !== 'sticker' && message.media;
  const words = !message.contact && (!message.media || file);
  return [
    { label: [icon('reply'), 'Ответить'], run: () => line.answer(message) },
    message.own && words && { label: [icon('edit'), 'Изменить'], run: () => line.amend(message) },
    file && { label: [icon('save'), 'Скачать'], run: () => el('a', { href: file.url, download: file.name || file.kind }).click() },
  ].filter(Boolean);
}
