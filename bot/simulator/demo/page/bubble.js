// One message as a bubble with its buttons.
import { more } from './actions.js';
import { el, hidden, icon } from './dom.js';
import { link, rich } from './entities.js';
import * as format from './format.js';
import { card, media } from './media.js';

/**
 * bubble draws a message. actions: press(message, button, element) for an inline
 * button, say(text) for a command pressed inside the text, go(id) to another message.
 */
export function bubble(message, actions) {
  const bare = message.media && message.media.kind === 'sticker';
  const picture = message.media && message.media.kind === 'photo';
  const classes = ['bubble', bare && 'bare', picture && 'picture', picture && !message.text && 'only'];
  const body = el('div', { class: classes.filter(Boolean).join(' ') },
    hidden(message.own ? 'Вы: ' : 'Бот: '),
    message.quote && quote(message.quote, actions.go),
    message.media && media(message.media, message.own),
    message.contact && card(message.contact),
    el('div', { class: 'text', dir: 'auto' }, rich(message.text, message.entities, actions.say), meta(message)), more());
  const side = ['msg', message.own ? 'own' : 'theirs', message.first && 'first', message.last && 'last'];
  return el('li', { class: side.filter(Boolean).join(' '), 'data-message': message.id }, body, message.buttons && keys(message, actions));
}

// quote is the line about the message that this one answers.
function quote(answered, go) {
  return el('button', { type: 'button', class: 'quote', title: 'Показать это сообщение', onclick: () => go(answered.id) },
    el('b', {}, hidden('В ответ: '), answered.own ? 'Вы' : 'Бот'), el('span', {}, answered.summary));
}

function meta(message) {
  return el('span', { class: 'meta' }, message.edited && el('span', {}, 'изменено '),
    el('time', { datetime: message.at }, format.when('time', message.at)), message.own && icon('check'));
}

function keys(message, actions) {
  return el('div', { class: 'keys', role: 'group', 'aria-label': 'Кнопки под сообщением' },
    message.buttons.map((row) => el('div', { class: 'row' }, row.map((button) => key(message, button, actions)))));
}

function key(message, button, actions) {
  const attributes = { class: `key ${button.style || ''}`.trim() };
  if (button.url) return link(button.url, [button.text, icon('link')], attributes);
  return el('button', { ...attributes, type: 'button', onclick: (event) => actions.press(message, button, event.currentTarget) }, button.text);
}

/** day draws the date between two days. */
export function day(item) {
  return el('li', { class: 'day' }, el('span', {}, item.text));
}
