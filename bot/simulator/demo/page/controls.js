// The world around the chat: residents, clock, bot, contracts.
import { post } from './api.js';
import { byId, el, hidden, patch } from './dom.js';
import { follow } from './follow.js';
import * as format from './format.js';

const kinds = { flat: 'Квартира', apartments: 'Апартаменты', nonresidential: 'Нежилое помещение', house: 'Индивидуальный жилой дом' };
const colours = 6; // of avatars, in panels.css

/** residents draws the list; choose(id) puts one on the phone. */
export function residents(choose) {
  const cache = new Map();
  byId('add-resident').addEventListener('click', async () => {
    const added = await post('residents');
    if (added) choose(added.id);
  });
  const draw = (r) => el('li', {},
    el('button', { type: 'button', 'aria-current': r.current ? 'true' : null, 'data-resident': r.id, title: r.name, onclick: () => choose(r.id) },
      el('span', { class: `avatar ${r.staff ? 'staff' : `c${r.colour}`}`, 'aria-hidden': 'true' }, initials(r.name)),
      el('span', { class: 'who' }, el('b', {}, r.name),
        el('small', {}, r.staff && el('span', { class: 'staff-mark' }, 'Сотрудник'), r.preview || format.phone(r.phone))),
      r.unread > 0 && el('b', { class: 'badge' }, String(r.unread), hidden(' непрочитанных'))));
  let shown = null; // who was on the phone when the list was last drawn
  return (all) => {
    patch(byId('residents'), cache, all.map((r, i) => ({ ...r, key: r.id, colour: i % colours })), draw);
    const current = all.find((r) => r.current);
    if (!current || current.id === shown) return;
    shown = current.id;
    cache.get(shown).node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
}

const initials = (name) => name.split(' ').map((word) => word[0]).join('').slice(0, 2);

/** clock shows the bot's time; offset is in seconds from this machine's. */
export function clock() {
  let offset = 0;
  const tick = () => {
    const now = Date.now() + offset * 1000;
    byId('time').textContent = format.when('clock', now);
    byId('date').textContent = format.when('date', now);
    byId('chip-time').textContent = format.when('time', now);
  };
  setInterval(tick, 1000);
  tick();
  const buttons = document.querySelectorAll('[data-clock]');
  for (const button of buttons) {
    button.addEventListener('click', async () => {
      for (const b of buttons) b.disabled = true;
      await post('clock', { to: button.dataset.clock });
      for (const b of buttons) b.disabled = false;
      button.focus();
    });
  }
  return (next) => {
    offset = next.offset;
    byId('offset').textContent = format.offset(offset);
    byId('offset').hidden = !byId('offset').textContent;
    tick();
  };
}

/** bot shows the process. */
export function bot() {
  const kill = byId('kill');
  const log = byId('log');
  const lines = log.appendChild(el('span'));
  follow(log, lines);
  kill.addEventListener('click', async () => {
    kill.disabled = true;
    await post('bot/kill');
    kill.disabled = false;
    kill.focus();
  });
  return (next) => {
    const restarts = next.restarts ? `, ${next.restarts} ${format.plural(next.restarts, 'перезапуск', 'перезапуска', 'перезапусков')}` : '';
    byId('bot-state').textContent = next.running ? `Работает с ${format.when('clock', next.since)}${restarts}` : 'Не работает, поднимаем…';
    byId('chip-state').textContent = next.running ? 'Бот работает' : 'Бот поднимается';
    for (const id of ['bot-dot', 'chip-bot']) byId(id).classList.toggle('up', next.running);
    lines.textContent = (next.log || []).join('\n') || 'Журнал пока пуст.';
  };
}

/** contracts lists the samples; type(text) puts one into the chat. */
export function contracts(type) {
  const key = (text, label) => el('button', { type: 'button', class: 'typed', title: 'Набрать в чате', 'aria-label': `Набрать в чате: ${label}`, onclick: () => type(text) }, text);
  return (all) => byId('contracts').replaceChildren(...all.map((c) => el('li', {},
    el('p', { class: 'line' }, key(c.number, `договор ${c.number}`), el('span', { class: `kind ${c.kind}` }, kinds[c.kind] || c.kind)),
    el('p', { class: 'address' }, c.address),
    el('p', { class: 'extra' },
      c.flat && el('span', {}, 'кв. ', key(c.flat, `квартира ${c.flat}`)),
      c.company && el('span', { class: 'mark' }, 'юрлицо'),
      c.closed && el('span', { class: 'mark' }, 'закрыт')))));
}

/** tabs switches the sections on a narrow screen. */
export function tabs() {
  const buttons = document.querySelectorAll('[data-tab]');
  const open = (view) => {
    document.body.dataset.view = view;
    for (const b of buttons) b.setAttribute('aria-current', String(b.dataset.tab === view));
  };
  for (const b of buttons) b.addEventListener('click', () => open(b.dataset.tab));
  open('chat');
  /** badge shows a number on a tab; 0 hides it. */
  const badge = (view, n) => {
    const node = document.querySelector(`[data-tab=${view}] .badge`);
    node.hidden = !n;
    node.replaceChildren(String(n), hidden(' новых'));
  };
  return { open, badge };
}

