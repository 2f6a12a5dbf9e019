// A box that scrolls along with what is added to it, until somebody scrolls up.

const near = 80; // pixels from the bottom that still count as being there

/**
 * follow keeps the end of box in view as content, an element in it, grows.
 * moved(pinned) is told after each scrolling. It returns end(), which goes to the
 * end and stays there.
 */
export function follow(box, content, moved = () => {}) {
  let pinned = true;
  let size = ''; // of what scrolls, when it was last looked at
  const measure = () => `${box.clientHeight} ${box.scrollHeight}`;

  // Pictures that load and keyboards that open change the size, and scroll too: only
  // what happens at an unchanged size is the person's own scrolling.
  function resized() {
    size = measure();
    if (pinned) box.scrollTop = box.scrollHeight;
  }

  box.addEventListener('scroll', () => {
    if (size !== measure()) return resized();
    pinned = box.scrollHeight - box.scrollTop - box.clientHeight < near;
    return moved(pinned);
  }, { passive: true });
  const observer = new ResizeObserver(resized);
  observer.observe(box);
  observer.observe(content);

  return () => {
    pinned = true;
    resized();
  };
}
