/** Believable people, projects, scripts and forms for page tests and the preview. */
import type { AudioState, CallCard, Session } from '#shared/contract/desk.ts';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import type { Call } from '#shared/model/call.ts';
import type { Customer } from '#shared/model/customer.ts';
import { emptyDraft } from '#shared/model/draft.ts';
import type { FormDefinition } from '#shared/model/form.ts';
import type { LineLights } from '#shared/model/line.ts';
import type { Project } from '#shared/model/project.ts';
import type { Script } from '#shared/model/script.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';

export const internet: Project = {
  projectId: 'internet-plus',
  name: { sl: 'Internet+', en: 'Internet+' },
  colour: 'teal',
  greeting: {
    sl: 'Dober dan, Internet+, {{operator.name}} pri telefonu. Kako vam lahko pomagam?',
    en: 'Good day, Internet+, this is {{operator.name}}. How can I help you?',
  },
  numbers: ['+38616001000'],
  queues: ['internet'],
  defaultLanguage: 'sl',
  region: 'SI',
  zone: 'Europe/Ljubljana',
  currency: 'EUR',
  autoAnswer: false,
  ringTone: 'classic',
  wrapUpSeconds: 120,
  scriptId: 'internet-sale',
  formId: 'internet-application',
  outcomes: [
    { code: 'order', label: { sl: 'Naročilo', en: 'Order' }, kind: 'order', reasons: [] },
    { code: 'solved', label: { sl: 'Rešeno', en: 'Solved' }, kind: 'solved', reasons: [] },
    {
      code: 'refused',
      label: { sl: 'Zavrnjeno', en: 'Refused' },
      kind: 'refused',
      reasons: [
        { code: 'price', label: { sl: 'Predrago', en: 'Too dear' } },
        { code: 'bound', label: { sl: 'Vezan drugje', en: 'Bound elsewhere' } },
      ],
    },
    {
      code: 'callback',
      label: { sl: 'Pokliči pozneje', en: 'Call back' },
      kind: 'callback',
      reasons: [],
    },
  ],
  offers: [
    {
      code: 'net-200',
      name: { sl: 'Internet 200/50', en: 'Internet 200/50' },
      price: { cents: 2290, currency: 'EUR' },
      per: 'month',
    },
  ],
};

export const taxi: Project = {
  ...internet,
  projectId: 'taxi',
  name: { sl: 'Taksi Center', en: 'Taxi Centre' },
  colour: 'orange',
  ringTone: 'bright',
  greeting: { sl: 'Taksi Center, dober dan, kam pošljem vozilo?', en: 'Taxi Centre, where to?' },
  numbers: ['+38614001000'],
  queues: ['taxi'],
  scriptId: null,
  formId: null,
};

export const marija: Customer = {
  customerId: '0192f0aa-0000-7000-8000-000000000001',
  version: 4,
  name: 'Marija Žagar',
  numbers: [
    { number: '+38641123456', kind: 'mobile' },
    { number: '+38618311234', kind: 'home' },
  ],
  address: { street: 'Cankarjeva ulica 4', postCode: '1241', town: 'Kamnik', country: 'SI' },
  email: 'marija.zagar@example.si',
  since: 2019,
  language: 'sl',
  note: '',
  data: { package: '50/10', provider: 'Internet+' },
};

export const bojan: Customer = {
  ...marija,
  customerId: '0192f0aa-0000-7000-8000-000000000002',
  name: 'Bojan Čeh',
  numbers: [{ number: '+38640765432', kind: 'mobile' }],
  address: { street: 'Slovenska cesta 55', postCode: '1000', town: 'Ljubljana', country: 'SI' },
  email: null,
  since: 2023,
};

export const timeline: readonly TimelineEntry[] = [
  {
    entryId: '0192f0ab-0000-7000-8000-000000000001',
    customerId: marija.customerId,
    at: '2026-11-12T10:04:00.000Z',
    kind: 'refused',
    projectId: 'internet-plus',
    code: 'refused',
    reason: 'price',
    text: 'Ponujen paket 29,90 €',
    amount: { cents: 2990, currency: 'EUR' },
    operatorName: 'Janez Novak',
  },
  {
    entryId: '0192f0ab-0000-7000-8000-000000000002',
    customerId: marija.customerId,
    at: '2026-09-03T08:30:00.000Z',
    kind: 'order',
    projectId: 'internet-plus',
    code: 'order',
    reason: null,
    text: 'Naročilo 1182, vgrajeno',
    amount: null,
    operatorName: 'Ana Kovač',
  },
  {
    entryId: '0192f0ab-0000-7000-8000-000000000003',
    customerId: marija.customerId,
    at: '2026-03-14T14:12:00.000Z',
    kind: 'call',
    projectId: 'internet-plus',
    code: 'solved',
    reason: null,
    text: 'Linija ni delovala; rešeno',
    amount: null,
    operatorName: 'Ana Kovač',
  },
];

export const internetScript: Script = {
  schemaVersion: 1,
  scriptId: 'internet-sale',
  revision: 3,
  title: { sl: 'Prodaja interneta', en: 'Selling internet' },
  start: 'greeting',
  steps: [
    {
      id: 'greeting',
      kind: 'say',
      text: {
        sl: 'Dober dan, {{customer.name}}, {{operator.name}} iz podjetja Internet+.',
        en: 'Good day, {{customer.name}}, {{operator.name}} of Internet+ speaking.',
      },
      next: 'speed',
    },
    {
      id: 'speed',
      kind: 'ask',
      text: { sl: 'Kateri paket imate zdaj?', en: 'Which package do you have now?' },
      hint: { sl: 'Če ne ve, poglejte zadnji račun.', en: 'If unsure, look at the last bill.' },
      ask: {
        name: 'speed',
        input: 'choice',
        options: [
          { value: '50', label: { sl: 'do 50', en: 'up to 50' } },
          { value: '100', label: { sl: 'do 100', en: 'up to 100' } },
          {
            value: 'other',
            label: { sl: 'drug ponudnik', en: 'other provider' },
            next: 'provider',
          },
        ],
      },
      next: 'offer',
    },
    {
      id: 'provider',
      kind: 'ask',
      text: { sl: 'Pri katerem ponudniku ste?', en: 'Which provider?' },
      ask: { name: 'provider', input: 'text' },
      next: 'offer',
    },
    {
      id: 'offer',
      kind: 'form',
      text: { sl: 'Ponujam vam 200/50 za 22,90 €.', en: 'I can offer 200/50 for €22.90.' },
      next: 'end',
    },
    { id: 'end', kind: 'end', text: { sl: 'Hvala in lep dan.', en: 'Thank you, good-bye.' } },
  ],
  mustSay: [
    { id: 'who', text: { sl: 'Kdo kliče in zakaj', en: 'Who calls and why' } },
    { id: 'account', text: { sl: 'Plačilo samo na račun', en: 'Pay to the account only' } },
    { id: 'passport', text: { sl: 'Osebni dokument ob obisku', en: 'Have the passport at home' } },
  ],
};

export const internetForm: FormDefinition = {
  formId: 'internet-application',
  revision: 2,
  title: { sl: 'Vloga za internet', en: 'Internet application' },
  makes: 'order',
  schema: {
    type: 'object',
    required: ['name', 'street', 'package'],
    properties: {
      name: { type: 'string', minLength: 2, 'x-title': { sl: 'Ime in priimek', en: 'Name' } },
      street: { type: 'string', minLength: 3, 'x-title': { sl: 'Naslov', en: 'Address' } },
      package: {
        type: 'string',
        enum: ['100', '200', '500'],
        'x-title': { sl: 'Paket', en: 'Package' },
        'x-enum': {
          '100': { sl: '100/20', en: '100/20' },
          '200': { sl: '200/50', en: '200/50' },
          '500': { sl: '500/100', en: '500/100' },
        },
      },
      cable: {
        type: 'integer',
        minimum: 0,
        maximum: 200,
        'x-title': { sl: 'Kabel (m)', en: 'Cable (m)' },
      },
    },
  },
  ui: {},
  amount: {
    currency: 'EUR',
    baseCents: 2900,
    parts: [{ field: 'cable', centsPerUnit: 100 }],
  },
};

export const signedIn: Session = {
  phase: 'signed-in',
  name: 'Ana Kovač',
  username: 'ana',
  role: 'operator',
  organisation: 'Klicni center Triglav',
  server: 'http://127.0.0.1:4500',
  projects: [internet, taxi],
  numberPlan: { region: 'SI', outsidePrefix: '0' },
  offline: false,
};

export const signedOut: Session = {
  ...signedIn,
  phase: 'signed-out',
  name: null,
  username: null,
  role: null,
  projects: [],
};

export function emptyCard(): CallCard {
  return {
    match: 'none',
    customer: null,
    candidates: [],
    timeline: [],
    project: null,
    script: null,
    form: null,
    draft: emptyDraft,
    orders: [],
    handedBy: null,
    handedTo: null,
  };
}

/** Marija Žagar's card in the project Internet+. */
export function marijasCard(): CallCard {
  return {
    ...emptyCard(),
    match: 'one',
    customer: marija,
    timeline: [...timeline],
    project: internet,
    script: internetScript,
    form: internetForm,
    draft: { ...emptyDraft, form: { name: marija.name, street: 'Cankarjeva ulica 4' } },
  };
}

/** Marija calling Internet+ after 31 seconds in the queue; ringing. */
export function ringing(callId: string, changes: Partial<Call> = {}): Call {
  return {
    callId,
    direction: 'in',
    phase: 'ringing',
    party: { number: '+38641123456', written: '041123456', displayName: null, withheld: false },
    dialled: '+38616001000',
    queue: 'internet',
    waitedSeconds: 31,
    muted: false,
    heldThere: false,
    audio: 'none',
    autoAnswered: false,
    divertedFrom: null,
    transfer: null,
    consultFor: null,
    inConference: false,
    quality: null,
    interrupted: false,
    startedAt: new Date().toISOString(),
    answeredAt: null,
    endedAt: null,
    end: null,
    ...changes,
  };
}

/** A desk with a headset in order. */
export const goodAudio: AudioState = {
  page: 'here',
  microphone: 'ok',
  devices: [
    { deviceId: 'mic-1', groupId: 'g1', kind: 'microphone', label: 'Jabra Evolve2 40' },
    { deviceId: 'mic-2', groupId: 'g2', kind: 'microphone', label: 'Vgrajeni mikrofon' },
    { deviceId: 'out-1', groupId: 'g1', kind: 'speaker', label: 'Jabra Evolve2 40' },
    { deviceId: 'out-2', groupId: 'g2', kind: 'speaker', label: 'Vgrajeni zvočniki' },
  ],
  microphoneInUse: 'Jabra Evolve2 40',
  speakerInUse: 'Jabra Evolve2 40',
  ringerInUse: 'Vgrajeni zvočniki',
  missing: [],
  noiseSuppression: 'on',
  proven: true,
  headset: { state: 'ready', product: 'Jabra Evolve2 40' },
  wishes: { microphones: [], speakers: [], ringers: [], ringVolume: 0.8, noiseSuppression: true },
};

/** Colleagues at 203 (free), 204 (talking) and 205 (not heard of for a while); two new messages. */
export const colleagues: LineLights = {
  mailbox: { waiting: true, fresh: 2, old: 1 },
  colleagues: [
    { extension: '203', state: 'idle', stale: false },
    { extension: '204', state: 'talking', stale: false },
    { extension: '205', state: 'idle', stale: true },
  ],
};

/** Marija's call of a quarter of an hour ago, missed, still to be called back. */
export function missedCall(changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    callId: '0192f0af-0000-7000-8000-000000000001',
    direction: 'in',
    party: { number: '+38641123456', written: '041123456', displayName: null, withheld: false },
    consult: false,
    customerId: marija.customerId,
    customerName: marija.name,
    projectId: internet.projectId,
    queue: null,
    startedAt: '2026-11-23T09:15:00.000Z',
    answeredAt: null,
    endedAt: '2026-11-23T09:15:40.000Z',
    end: 'missed',
    task: 'open',
    ...changes,
  };
}
