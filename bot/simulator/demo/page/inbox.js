// SMS and letters: what came to the residents' phones and mailbox.
import { copy } from './api.js';
import { byId, el, icon, patch } from './dom.js';
import * as format from './format.js';

/** inbox shows both; insert(code) types a code into the chat. */
export function inbox(insert, owner) {
  const caches = { sms: new Map(), letters: new Map() };
  let letters = [];
  let open = null; // id of the letter being read
  let drawn = ''; // the letter on the page, as JSON

  /** codeActions are the two things one does with a code. */
  const codeActions = (code) => code && el('p', { class: 'actions' },
    el('button', { type: 'button', class: 'code', title: 'Скопировать', 'aria-label': `Скопировать код ${code.value}`, onclick: () => copy(code.value) }, code.value, icon('copy')),
    el('button', { type: 'button', class: 'quiet', onclick: () => insert(code.value) }, 'Вставить код'));

  function showSMS(all) {
    patch(byId('sms'), caches.sms, newest(all.map((m) => ({ ...m, owner: owner(m.to) }))), (m) => el('li', {},
      el('p', { class: 'line' }, el('b', {}, format.phone(m.to)), el('time', { datetime: m.at }, format.when('short', m.at))),
      m.owner && el('p', { class: 'owner' }, m.owner),
      el('p', { class: 'sms-text' }, m.text), codeActions(format.code(m.text))));
  }

  function showLetters(all) {
    const last = letters.at(-1);
    const fresh = all.at(-1);
    if (fresh && (!last || fresh.id !== last.id)) open = fresh.id;
    letters = all;
    draw();
  }

  function draw() {
    const items = newest(letters.map((l) => ({ ...l, open: l.id === open })));
    patch(byId('letters'), caches.letters, items, (l) => el('li', {},
      el('button', { type: 'button', class: 'letter-line', 'aria-current': l.open ? 'true' : null, onclick: () => { open = l.id; draw(); } },
        el('span', { class: 'line' }, el('b', {}, l.to), el('time', { datetime: l.at }, format.when('short', l.at))),
        el('span', { class: 'subject' }, l.subject || 'Без темы'))));
    const letter = letters.find((l) => l.id === open);
    byId('letter').hidden = !letter;
    if (!letter || JSON.stringify(letter) === drawn) return;
    drawn = JSON.stringify(letter);
    byId('letter').replaceChildren(...read(letter, codeActions));
  }

  return { showSMS, showLetters };
}

const newest = (all) => all.map((item) => ({ ...item, key: item.id })).reverse();

// read draws a letter. Its HTML stays in a frame of its own, which can neither
// run scripts nor ask for anything.
function read(letter, codeActions) {
  const body = el('div', { class: 'letter-body' });
  const buttons = [['html', 'Письмо'], ['text', 'Текст']].filter(([kind]) => letter[kind]).map(([kind, label]) => el('button', {
    type: 'button', 'data-kind': kind, onclick: () => show(kind),
  }, label));
  function show(kind) {
    for (const b of buttons) b.setAttribute('aria-pressed', String(b.dataset.kind === kind));
    body.replaceChildren(kind === 'html'
      ? el('iframe', { sandbox: '', src: letter.html, title: `Письмо: ${letter.subject}`, referrerpolicy: 'no-referrer' })
      : el('pre', { tabindex: '0' }, letter.text));
  }
  show(letter.html ? 'html' : 'text');
  return [
    el('header', {}, el('h3', {}, letter.subject || 'Без темы'),
      el('p', {}, `От: ${letter.from}`), el('p', {}, `Кому: ${letter.to}`)),
    codeActions(format.code(letter.text)),
    el('div', { class: 'switch', role: 'group', 'aria-label': 'Вид письма' }, buttons),
    body,
  ].filter(Boolean);
}
