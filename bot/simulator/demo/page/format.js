// How the page writes times, sizes, phones and codes.

const zone = { timeZone: 'Europe/Moscow' };
const formats = {
  time: new Intl.DateTimeFormat('ru-RU', { ...zone, hour: '2-digit', minute: '2-digit' }),
  clock: new Intl.DateTimeFormat('ru-RU', { ...zone, hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  day: new Intl.DateTimeFormat('ru-RU', { ...zone, day: 'numeric', month: 'long' }),
  date: new Intl.DateTimeFormat('ru-RU', { ...zone, weekday: 'long', day: 'numeric', month: 'long' }),
  short: new Intl.DateTimeFormat('ru-RU', { ...zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
};

/** when writes a time (Date, ISO string or ms) in one of the formats above, in Moscow. */
export const when = (format, at) => formats[format].format(new Date(at));

/** size writes a number of bytes. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  if (bytes < 1 << 20) return `${Math.round(bytes / 1024)} КБ`;
  return `${(bytes / (1 << 20)).toFixed(1).replace('.', ',')} МБ`;
}

/** length writes a duration in seconds as 0:12. */
export function length(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** phone writes a Russian number in groups; another one stays as it is. */
export function phone(number) {
  const parts = /^\+?7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(number);
  return parts ? `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}` : number;
}

/** offset tells how far the bot's clock is from the real one; '' for less than a minute. */
export function offset(seconds) {
  if (Math.abs(seconds) < 60) return '';
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [[Math.floor(minutes / 1440), 'д'], [Math.floor(minutes / 60) % 24, 'ч'], [minutes % 60, 'мин']];
  return (seconds < 0 ? '−' : '+') + parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(' ');
}

const kinds = { photo: 'Картинка', document: 'Файл', voice: 'Голосовое сообщение', audio: 'Запись', sticker: 'Стикер' };

/** summary tells in one line what a message says. */
export function summary(message) {
  const line = message.text.trim().split('\n')[0].slice(0, 80);
  if (line) return line;
  if (message.media) return message.media.name || kinds[message.media.kind];
  return message.contact ? `Контакт: ${message.contact.name}` : 'Сообщение';
}

/** plural chooses the Russian form: plural(2, 'строка', 'строки', 'строк'). */
export function plural(n, one, few, many) {
  const form = new Intl.PluralRules('ru').select(n);
  return form === 'one' ? one : form === 'few' ? few : many;
}

/** code finds the six digits of a code in a text, or returns null. */
export function code(text) {
  const found = /(?<!\d)\d{6}(?!\d)/.exec(text);
  return found && { value: found[0], at: found.index };
}
