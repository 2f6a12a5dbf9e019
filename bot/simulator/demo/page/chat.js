// The chat of the resident on the phone: its messages and what pressing does.
import { actions } from './actions.js';
import { alert, post, toast } from './api.js';
import { bubble, day } from './bubble.js';
import { byId, patch } from './dom.js';
import { follow } from './follow.js';
import * as format from './format.js';

const together = 5 * 60 * 1000; // messages of one author within it stand as one group
const doing = {
  typing: 'печатает…', upload_photo: 'отправляет фото…', upload_document: 'отправляет файл…',
  record_voice: 'записывает голосовое…', upload_voice: 'отправляет голосовое…',
};

/** chat draws into the phone; line is the composer, which speaks as the resident. */
export function chat(line) {
  const { say } = line;
  const scroll = byId('scroll');
  const list = byId('messages');
  const down = byId('down');
  let cache = new Map();
  let shown = null; // the chat on the phone
  const acts = actions((id) => shown.messages.find((m) => m.id === id), line);
  const end = follow(scroll, list, (pinned) => { down.hidden = pinned; });

  async function press(message, button, element) {
    element.setAttribute('aria-busy', 'true');
    const answer = await post(`chats/${shown.user}/press`, { message: message.id, data: button.data });
    element.removeAttribute('aria-busy');
    if (!answer || !answer.text) return;
    if (answer.alert) alert(answer.text);
    else toast(answer.text);
  }

  /** go leads the eye to a message. */
  function go(id) {
    const item = list.querySelector(`[data-message="${id}"]`);
    if (!item) return toast('Этого сообщения здесь уже нет.');
    item.scrollIntoView({ block: 'center' });
    item.querySelector('.bubble').animate([{ filter: 'brightness(.8)' }, { filter: 'none' }], 900);
    return item.querySelector('.more').focus({ preventScroll: true });
  }

  /** show draws a chat; another resident's one replaces it whole, unannounced. */
  function show(next) {
    const other = !shown || shown.user !== next.user;
    const newest = next.messages.at(-1);
    const said = newest && newest.own && !cache.has(newest.id);
    shown = next;
    if (other) {
      acts.close();
      scroll.setAttribute('aria-live', 'off');
      list.replaceChildren();
      cache = new Map();
    }
    patch(list, cache, items(next.messages), (item) => (item.day ? day(item) : bubble(item, { press, say, go })));
    acts.settle();
    byId('empty').hidden = next.messages.length > 0;
    byId('start').hidden = next.messages.length > 0;
    byId('peer-state').textContent = doing[next.typing] || 'бот';
    byId('peer-state').classList.toggle('busy', Boolean(next.typing));
    if (other || said) end();
    if (other) requestAnimationFrame(() => scroll.setAttribute('aria-live', 'polite'));
  }

  down.addEventListener('click', end);
  byId('start').addEventListener('click', () => say('/start'));

  return { show };
}

/** lastKey is the first button of the newest message that has any. */
export function lastKey() {
  const all = document.querySelectorAll('#messages .keys');
  return all.length ? all[all.length - 1].querySelector('.key') : null;
}

// items puts the days between the messages and finds the groups.
function items(messages) {
  const all = [];
  messages.forEach((message, i) => {
    const before = messages[i - 1];
    const after = messages[i + 1];
    const date = format.when('day', message.at);
    if (!before || format.when('day', before.at) !== date) all.push({ key: `day ${message.id}`, day: true, text: date });
    all.push({ ...message, quote: quoted(messages, message.replyTo), key: message.id, first: !joined(before, message), last: !joined(message, after) });
  });
  return all;
}

function quoted(messages, id) {
  if (!id) return null;
  const answered = messages.find((m) => m.id === id);
  return answered ? { id, own: answered.own, summary: format.summary(answered) } : { id, own: false, summary: 'Сообщение удалено' };
}

function joined(a, b) {
  return Boolean(a && b) && a.own === b.own && Math.abs(new Date(b.at) - new Date(a.at)) < together;
}
