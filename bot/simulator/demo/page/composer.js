// The line one types into, its menus and the bot's own keyboard.
import { post, toast } from './api.js';
import { lastKey } from './chat.js';
import { context } from './context.js';
import { byId, el, icon } from './dom.js';
import { menu } from './menu.js';

const tallest = 140; // pixels of the text field

/** composer works for the resident whom current() names. */
export function composer(current) {
  const field = byId('say');
  const keys = byId('keys');
  const drafts = new Map(); // texts that were not sent, by person
  const purpose = context((dropped) => type(dropped.before ?? field.value));
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

  /** answer and amend make the next text an answer to a message, or its new words. */
  const answer = (message) => {
    purpose.cancel();
    purpose.set({ mode: 'reply', message });
    field.focus();
  };
  const amend = (message) => {
    purpose.cancel();
    purpose.set({ mode: 'edit', message, before: field.value });
    type(message.text);
  };

  async function submit() {
    const user = current();
    const text = field.value;
    const what = purpose.get();
    if (!text.trim()) return;
    field.value = (what && what.before) || '';
    purpose.set(null);
    fit();
    const done = what && what.mode === 'edit'
      ? await post(`chats/${user}/edit`, { message: what.message.id, text })
      : await post(`chats/${user}/text`, { text, replyTo: what ? what.message.id : 0 });
    if (done || current() !== user) return;
    purpose.set(what);
    type(text);
  }

  const send = (kind, blob, query = {}) => post(`chats/${current()}/${kind}?${new URLSearchParams(query)}`, blob);

  // sendFile takes the text of the line along as the caption, unless it is the new words
  // of another message.
  async function sendFile(kind, file) {
    const user = current();
    const what = purpose.get();
    if (what && what.mode === 'edit') return toast('Сначала закончите изменение сообщения.');
    const caption = field.value;
    const done = await send(kind, file, { name: file.name, caption, replyTo: what ? what.message.id : '' });
    if (!done || current() !== user) return null;
    purpose.set(null);
    if (field.value === caption) type('');
    return done;
  }

  async function sendVoice() {
    const sample = await fetch('sample.ogg');
    if (!sample.ok) return toast('Образец голоса не нашёлся.');
    return send('voice', await sample.blob());
  }

  function pick(id, kind) {
    byId(id).addEventListener('change', async (event) => {
      const [file] = event.target.files;
      if (file) await sendFile(kind, file);
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
    } else if (event.key === 'Escape' && purpose.get()) {
      purpose.cancel();
    } else if (event.key === 'ArrowUp' && !field.value && lastKey()) {
      event.preventDefault();
      lastKey().focus();
    }
  });
  pick('pick-photo', 'photo');
  pick('pick-file', 'document');

  menu('commands', () => own.commands.map((c) => ({
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
    purpose.show(chat);
    byId('commands').hidden = !(chat.commands && chat.commands.length);
    field.placeholder = (chat.keyboard && chat.keyboard.placeholder) || 'Сообщение';
    showKeyboard(chat.keyboard);
  }

  return { say, type, show, send, sendVoice, answer, amend, text: () => field.value.trim() };
}
