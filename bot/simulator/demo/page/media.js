// Pictures, files, sounds and contacts inside a bubble.
import { byId, el, hidden, icon } from './dom.js';
import * as format from './format.js';

const playable = /^audio\/(ogg|mpeg|wav|x-wav|wave)/;

/** media draws what a message carries beside its text. */
export function media(file, own) {
  switch (file.kind) {
    case 'photo':
      return photo(file, own);
    case 'sticker':
      return sticker(file);
    case 'voice':
      return player(file, 'Голосовое сообщение');
    default:
      if (playable.test(file.mime)) return [player(file, file.name || 'Запись'), row(file)];
      return row(file);
  }
}

function photo(file, own) {
  const image = el('img', { src: file.url, alt: own ? 'Ваша картинка' : 'Картинка от бота', width: file.width || null, height: file.height || null });
  return el('button', { type: 'button', class: 'photo', 'aria-label': 'Открыть картинку', onclick: () => {
    byId('lightbox-image').src = file.url;
    byId('lightbox').showModal();
  } }, image);
}

function sticker(file) {
  const image = el('img', { class: 'sticker', src: file.url, alt: 'Стикер' });
  image.addEventListener('error', () => image.replaceWith(el('span', { class: 'sticker', role: 'img', 'aria-label': 'Стикер' }, '💧')));
  return image;
}

// row is a file to save, as a line of its own.
function row(file) {
  const name = file.name || 'файл';
  const kind = /\.([a-z0-9]{1,4})$/i.exec(name);
  return el('a', { class: 'file', href: file.url, download: name },
    el('span', { class: 'file-icon' }, kind ? kind[1].toLowerCase() : icon('file')),
    el('span', { class: 'file-text' }, el('b', {}, name), el('small', {}, `${format.size(file.size)} · скачать`)));
}

// player plays one sound; its bars (bars.svg) are a drawing, not the sound's own shape.
function player(file, label) {
  const audio = el('audio', { src: file.url, preload: 'metadata' });
  const button = el('button', { type: 'button', class: 'play', 'aria-label': `${label}: слушать` }, icon('play'));
  const seek = el('input', { type: 'range', min: '0', max: '1000', value: '0', 'aria-label': `${label}: место` });
  const bars = el('span', { class: 'bars', 'aria-hidden': 'true' });
  const time = el('small', {}, file.seconds ? format.length(file.seconds) : '');
  const total = () => (Number.isFinite(audio.duration) ? audio.duration : file.seconds || 0);
  const show = () => {
    const part = total() ? audio.currentTime / total() : 0;
    seek.value = String(Math.round(part * 1000));
    bars.style.setProperty('--played', `${part * 100}%`);
    time.textContent = format.length(audio.paused && !audio.currentTime ? total() : audio.currentTime);
  };
  button.addEventListener('click', () => (audio.paused ? audio.play() : audio.pause()));
  seek.addEventListener('input', () => { audio.currentTime = (Number(seek.value) / 1000) * total(); });
  for (const name of ['timeupdate', 'loadedmetadata', 'ended']) audio.addEventListener(name, show);
  for (const name of ['play', 'pause', 'ended']) {
    audio.addEventListener(name, () => {
      button.replaceChildren(icon(audio.paused ? 'play' : 'pause'));
      button.setAttribute('aria-label', `${label}: ${audio.paused ? 'слушать' : 'остановить'}`);
    });
  }
  return el('div', { class: 'player' }, audio, button, el('div', { class: 'track' }, bars, seek, time));
}

/** card draws a shared contact. */
export function card(contact) {
  const initials = contact.name.split(' ').map((word) => word[0]).join('').slice(0, 2);
  return el('div', { class: 'card' }, el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials),
    el('span', {}, hidden('Контакт: '), el('b', {}, contact.name), el('small', {}, format.phone(contact.phone))));
}
