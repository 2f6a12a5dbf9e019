// A menu that a button opens: arrows move, Escape and a click elsewhere close.
import { byId, el } from './dom.js';

/** menu ties the button #id to #id-menu; items() are {label, run} or {title}, read at each opening. */
export function menu(id, items) {
  const button = byId(id);
  const box = byId(`${id}-menu`);
  const entries = () => [...box.querySelectorAll('[role=menuitem]')];

  function close(focus) {
    if (box.hidden) return;
    box.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (focus) button.focus();
  }

  function open() {
    box.replaceChildren(...items().map((item) => (item.title
      ? el('p', { role: 'presentation' }, item.title)
      : el('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { close(true); item.run(); } }, item.label))));
    box.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    entries()[0].focus();
  }

  button.addEventListener('click', () => (box.hidden ? open() : close(true)));
  box.addEventListener('keydown', (event) => {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      close(event.key === 'Escape');
    }
  });
  document.addEventListener('pointerdown', (event) => {
    if (!box.contains(event.target) && !button.contains(event.target)) close(false);
  });
}
