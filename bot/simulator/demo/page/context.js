// What the next text is for: an answer to a message, or the new words of an own one.
import { byId } from './dom.js';
import * as format from './format.js';

const words = {
  reply: { title: 'Ответ на сообщение', cancel: 'Не отвечать на сообщение' },
  edit: { title: 'Изменение сообщения', cancel: 'Не изменять сообщение' },
};

/** context keeps one purpose for each chat; cancelled(purpose) is told when the person drops it. */
export function context(cancelled) {
  const purposes = new Map(); // {mode, message, before}, by person
  let user = null;

  const get = () => purposes.get(user) || null;

  function draw() {
    const purpose = get();
    byId('context').hidden = !purpose;
    if (!purpose) return;
    byId('context').dataset.mode = purpose.mode;
    byId('context-title').textContent = words[purpose.mode].title;
    byId('context-text').textContent = format.summary(purpose.message);
    byId('context-cancel').setAttribute('aria-label', words[purpose.mode].cancel);
  }

  function set(purpose) {
    if (purpose) purposes.set(user, purpose);
    else purposes.delete(user);
    draw();
  }

  function cancel() {
    const purpose = get();
    set(null);
    if (purpose) cancelled(purpose);
  }

  /** show follows the phone to a chat; what its bot deleted can be no purpose any more. */
  function show(chat) {
    user = chat.user;
    const purpose = get();
    if (purpose && !chat.messages.some((m) => m.id === purpose.message.id)) cancel();
    draw();
  }

  byId('context-cancel').addEventListener('click', cancel);
  return { get, set, cancel, show };
}
