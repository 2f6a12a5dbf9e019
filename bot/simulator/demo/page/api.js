// Talking with the server, and telling the person when that goes wrong.
import { byId, el } from './dom.js';

/** toast shows a short text over the chat for some seconds. */
export function toast(text) {
  const node = el('p', {}, text);
  byId('toasts').append(node);
  setTimeout(() => node.remove(), 3000 + 40 * text.length);
}

/** alert shows a text that must be confirmed. */
export function alert(text) {
  byId('alert-text').textContent = text;
  byId('alert').showModal();
}

/**
 * post sends a JSON value or a Blob to the API. It returns the answer ({} for an
 * empty one), or null after the person was told why it failed.
 */
export async function post(path, body = {}) {
  const blob = body instanceof Blob;
  try {
    const response = await fetch(`/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': blob ? 'application/octet-stream' : 'application/json' },
      body: blob ? body : JSON.stringify(body),
    });
    if (response.status === 204) return {};
    const answer = await response.json();
    if (response.ok) return answer;
    toast(answer.error);
  } catch {
    toast('Демо не отвечает. Проверьте, что оно запущено.');
  }
  return null;
}

/** copy puts a text on the clipboard. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Скопировано: ${text}`);
  } catch {
    toast('Браузер не дал скопировать.');
  }
}
