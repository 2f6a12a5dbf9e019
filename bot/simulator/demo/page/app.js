// The demo page: the server streams its whole state, the modules draw it.
import { attach } from './attach.js';
import { chat } from './chat.js';
import { composer } from './composer.js';
import * as controls from './controls.js';
import { byId, drawIcons } from './dom.js';
import { summary } from './format.js';
import { inbox } from './inbox.js';

const state = { residents: [], chats: new Map(), current: null, sms: [], letters: [] };
const seen = { messages: new Map(), inbox: 0 }; // what the person has looked at

drawIcons();
const tabs = controls.tabs();
const current = () => state.current;
const line = composer(current);
const phone = chat(line);
const type = (text) => { tabs.open('chat'); line.type(text); };
const post = inbox(type, (number) => {
  const owner = state.residents.find((r) => r.phone === number || r.phone === `+${number}`);
  return owner ? owner.name : null;
});
const drawResidents = controls.residents(choose);
const drawClock = controls.clock();
const drawBot = controls.bot();
const drawContracts = controls.contracts(type);
attach(current, () => state.residents, line);

function choose(id) {
  state.current = id;
  draw();
}

// visible tells whether a section can be seen now: narrow screens show one.
const visible = (selector) => !document.hidden && document.querySelector(selector).checkVisibility();

function draw() {
  const own = state.residents.find((r) => r.id === state.current);
  const open = state.chats.get(state.current);
  byId('me').textContent = own ? own.name : '';
  byId('me-staff').hidden = !(own && own.staff);
  byId('phone').classList.toggle('staff', Boolean(own && own.staff));
  if (open) {
    phone.show(open);
    line.show(open);
    if (visible('.phone')) seen.messages.set(open.user, lastId(open.messages));
  }
  const all = state.residents.map(view);
  drawResidents(all);
  tabs.badge('chat', all.reduce((sum, r) => sum + r.unread, 0));
  const arrived = lastId(state.sms) + lastId(state.letters);
  if (visible('.sms')) seen.inbox = arrived;
  tabs.badge('inbox', arrived - seen.inbox);
}

const lastId = (all) => all.at(-1)?.id || 0;

function view(resident) {
  const open = state.chats.get(resident.id) || { messages: [] };
  const last = open.messages.at(-1);
  const unread = open.messages.filter((m) => !m.own && m.id > (seen.messages.get(resident.id) || 0)).length;
  const preview = last && summary(last);
  return { ...resident, current: resident.id === state.current, unread, preview };
}

const on = {
  clock: drawClock,
  bot: drawBot,
  contracts: drawContracts,
  residents: (all) => {
    state.residents = all;
    state.current ??= all[0]?.id ?? null;
  },
  chat: (next) => {
    state.chats.set(next.user, next);
    if (!seen.messages.has(next.user)) seen.messages.set(next.user, lastId(next.messages));
  },
  sms: (all) => { state.sms = all; post.showSMS(all); },
  letters: (all) => { state.letters = all; post.showLetters(all); },
};

let source = null;

function connect() {
  source = new EventSource('/api/events');
  for (const [name, take] of Object.entries(on)) {
    source.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      draw();
    });
  }
  source.addEventListener('open', () => { byId('offline').hidden = true; });
  source.addEventListener('error', () => {
    byId('offline').hidden = false;
    // The browser gives up on an answer that is no stream; the demo may be starting.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
}

connect();
// A page kept for the «back» button would hold one of the few connections to the demo.
addEventListener('pagehide', () => source.close());
addEventListener('pageshow', (event) => { if (event.persisted) connect(); });
document.addEventListener('visibilitychange', draw);
for (const tab of document.querySelectorAll('[data-tab]')) tab.addEventListener('click', draw);
byId('lightbox').addEventListener('click', () => byId('lightbox').close());
