// What can be attached to a message, besides text.
import { post } from './api.js';
import { byId, icon } from './dom.js';
import { menu } from './menu.js';

/** attach fills the menu; residents() lists all, the current one comes first. */
export function attach(current, residents, { send, sendVoice, text }) {
  const contact = (resident) => ({
    label: [icon('person'), resident.id === current() ? `${resident.name} (мой номер)` : resident.name],
    run: () => post(`chats/${current()}/contact`, { of: resident.id }),
  });
  menu('attach', () => [
    text() && { title: 'Набранный текст станет подписью' },
    { label: [icon('picture'), 'Картинка…'], run: () => byId('pick-photo').click() },
    { label: [icon('file'), 'Файл…'], run: () => byId('pick-file').click() },
    { label: [icon('voice'), 'Голосовое сообщение'], run: sendVoice },
    { label: [icon('sticker'), 'Стикер'], run: () => send('sticker') },
    { title: 'Контакт' },
    ...residents().filter((r) => r.id === current()).map(contact),
    ...residents().filter((r) => r.id !== current()).map(contact),
  ].filter(Boolean));
}
