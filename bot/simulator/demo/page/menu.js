// Menus: arrows move, Escape and a click elsewhere close.
import { byId, el } from './dom.js';

/** popup makes a menu of box; open(button, items) shows it for a button, or closes it again. */
export function popup(box) {
  let opener = null;
  const entries = () => [...box.querySelectorAll('[role=menuitem]')];

  function close(focus) {
    if (box.hidden) return;
    box.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (focus) opener.focus();
  }

  /** open shows {label, run} and {title} items; place() may put the box where it belongs. */
  function open(button, items, place = () => {}) {
    const again = !box.hidden && opener === button;
    close(again);
    if (again) return;
    opener = button;
    box.replaceChildren(...items.map((item) => (item.title
      ? el('p', { role: 'presentation' }, item.title)
      : el('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { close(true); item.run(); } }, item.label))));
    box.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    place();
    entries()[0].focus({ preventScroll: true });
  }

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
    if (!box.contains(event.target) && !(opener && opener.contains(event.target))) close(false);
  });
  return { open, close };
}

/** menu ties the button #id to #id-menu; items() are read at each opening. */
export function menu(id, items) {
  const button = byId(id);
  const { open } = popup(byId(`${id}-menu`));
  button.addEventListener('click', () => open(button, items()));
}
