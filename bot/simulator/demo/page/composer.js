// The line one types into, its menus and the bot's own keyboard.
import { post, toast } from './api.js';
import { lastKey } from './chat.js';
import { byId, el, icon } from './dom.js';
import { menu } from './menu.js';

const tallest = 140; // pixels of the text field
const commands = [
  { command: 'start', description: 'Начать или вернуться к своему шагу' },
  { command: 'help', description: 'Инструкция' },
  { command: 'cancel', description: 'Выйти из текущего диалога' },
];

/** composer works for the resident whom current() names. */
export function composer(current) {
  const field = byId('say');
  const keys = byId('keys');
  const drafts = new Map(); // texts that were not sent, by resident
  let keyboard = null;
  let own = null; // the chat shown

  const fit = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, tallest)}px`;
    byId('send').disabled = !field.value.trim();
  };

  async function say(text) {
    if (!text.trim()) return;
    const user = current();
    if (await post(`chats/${user}/text`, { text })) return;
    if (current() === user && !field.value) type(text);
  }

  /** type puts a text into the field, as if it were typed. */
  function type(text) {
    field.value = text;
    fit();
    field.focus();
    field.setSelectionRange(text.length, text.length);
  }

  function submit() {
    const text = field.value;
    field.value = '';
    fit();
    say(text);
  }

  const send = (kind, blob, name = '') => post(`chats/${current()}/${kind}?name=${encodeURIComponent(name)}`, blob);

  async function sendVoice() {
    const sample = await fetch('sample.ogg');
    if (!sample.ok) return toast('Образец голоса не нашёлся.');
    return send('voice', await sample.blob());
  }

  function pick(id, kind) {
    byId(id).addEventListener('change', async (event) => {
      const [file] = event.target.files;
      if (file) await send(kind, file, file.name);
      event.target.value = '';
    });
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  field.addEventListener('input', fit);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && !field.value && lastKey()) {
      event.preventDefault();
      lastKey().focus();
    }
  });
  pick('pick-photo', 'photo');
  pick('pick-file', 'document');

  menu('commands', () => (own && own.commands && own.commands.length ? own.commands : commands).map((c) => ({
    label: [el('b', {}, `/${c.command}`), el('small', {}, c.description)], run: () => say(`/${c.command}`),
  })));

  function showKeyboard(next) {
    if (JSON.stringify(next) === JSON.stringify(keyboard)) return;
    keyboard = next;
    keys.replaceChildren(...(next ? next.rows : []).map((row) => el('div', { class: 'row' }, row.map((b) => el('button', {
      type: 'button', class: `key ${b.style || ''}`.trim(), onclick: () => post(`chats/${current()}/key`, { text: b.text }),
    }, b.contact && icon('person'), b.text)))));
    openKeyboard(Boolean(next));
  }

  function openKeyboard(open) {
    keys.hidden = !open;
    byId('keys-toggle').hidden = !keyboard;
    byId('keys-toggle').setAttribute('aria-expanded', String(open));
  }
  byId('keys-toggle').addEventListener('click', () => openKeyboard(keys.hidden));

  /** show follows the phone to a chat; the draft of the last one is kept. */
  function show(chat) {
    if (!own || own.user !== chat.user) {
      if (own) drafts.set(own.user, field.value);
      field.value = drafts.get(chat.user) || '';
      fit();
    }
    own = chat;
    field.placeholder = (chat.keyboard && chat.keyboard.placeholder) || 'Сообщение';
    showKeyboard(chat.keyboard);
  }

  return { say, type, show, send, sendVoice };
}
