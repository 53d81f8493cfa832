/** What a practice customer says, line after line. A line is a row of prompts (assets/prompts/<language>). */

export type Line = readonly string[];

export interface Conversation {
  /** Said in turn, one a turn; the last one is the good-bye. */
  readonly lines: readonly Line[];
  /** Said into a long silence. */
  readonly halo: Line;
}

/** Every prompt there is, and its words. The tool that makes the sound reads this. */
export const promptTexts = {
  sl: {
    hello: 'Dober dan.',
    prosim: 'Halo, prosim?',
    halo: 'Halo? Me slišite?',
    hvala: 'Hvala lepa, to bi bilo vse.',
    nasvidenje: 'Na svidenje.',
    'ime-znano': 'Naročnik sem jaz, saj me verjetno vidite po številki.',
    'naslov-znan': 'Na istem naslovu kot vedno.',
    'ime-novo': 'Pišem se Novak. Janez Novak.',
    'naslov-nov': 'Slovenska cesta dvanajst, Ljubljana.',
    'ja-1': 'Ja, tako je.',
    'ja-2': 'V redu.',
    'ja-3': 'Seveda.',
    'ja-4': 'Ja, lahko.',
    'internet-wish': 'Od jutra mi ne dela internet, na modemu gori rdeča luč.',
    'internet-more': 'Rada bi tudi hitrejši paket, če ga imate.',
    'bank-wish': 'Zanima me posojilo, pet tisoč evrov na tri leta.',
    'bank-more': 'Redno sem zaposlena, plača je okoli tisoč petsto.',
    'taxi-wish': 'Potrebujem taksi na železniško postajo, čim prej prosim.',
    'taxi-more': 'Sva dva, z enim kovčkom.',
    'mobilni-wish': 'Račun je previsok, razmišljam o drugem operaterju.',
    'mobilni-more': 'Drugje mi ponujajo isto za deset evrov manj.',
    'general-wish': 'Kličem zaradi naročila, rada bi nekaj vprašala.',
    'general-more': 'Zanima me, kdaj bo urejeno.',
    'out-1': 'Ja, jaz sem pri telefonu.',
    'out-2': 'Zanimivo. In koliko bi to stalo?',
    'out-3': 'Dobro, potem pa kar naročim.',
  },
  en: {
    hello: 'Good afternoon.',
    prosim: 'Hello?',
    halo: 'Hello? Can you hear me?',
    hvala: 'Thank you, that is all.',
    nasvidenje: 'Goodbye.',
    'ime-znano': 'The contract is in my name, you can see it by my number.',
    'naslov-znan': 'At the same address as always.',
    'ime-novo': 'My name is Novak. Janez Novak.',
    'naslov-nov': 'Slovenska street twelve, Ljubljana.',
    'ja-1': 'Yes, that is right.',
    'ja-2': 'All right.',
    'ja-3': 'Of course.',
    'ja-4': 'Yes, please.',
    'internet-wish':
      'My internet has been down since the morning, there is a red light on the modem.',
    'internet-more': 'I would also like a faster package, if you have one.',
    'bank-wish': 'I am asking about a loan, five thousand euros over three years.',
    'bank-more': 'I have a permanent job, about fifteen hundred a month.',
    'taxi-wish': 'I need a taxi to the railway station, as soon as possible please.',
    'taxi-more': 'There are two of us, with one suitcase.',
    'mobilni-wish': 'My bill is too high, I am thinking of leaving.',
    'mobilni-more': 'The others offer me the same for ten euros less.',
    'general-wish': 'I am calling about my order, I have a question.',
    'general-more': 'I would like to know when it will be done.',
    'out-1': 'Yes, speaking.',
    'out-2': 'Interesting. And how much would that be?',
    'out-3': 'Good, I will take it then.',
  },
} as const satisfies Readonly<Record<'sl' | 'en', Readonly<Record<string, string>>>>;

const topics = ['internet', 'bank', 'taxi', 'mobilni'] as const;

/** The kind of talk by the queue's name; unknown names get a general one. */
export function topicOf(queue: string): (typeof topics)[number] | 'general' {
  return topics.find((topic) => queue.toLowerCase().includes(topic)) ?? 'general';
}

const agreeing: readonly Line[] = [
  ['ja-1'],
  ['ja-2'],
  ['ja-3'],
  ['ja-4'],
  ['ja-2'],
  ['ja-1'],
  ['ja-3'],
  ['ja-2'],
];
const goodbye: Line = ['hvala', 'nasvidenje'];

/** A customer who called a queue. `known`: the centre has this customer, who expects to be recognised. */
export function callerConversation(queue: string, known: boolean): Conversation {
  const topic = topicOf(queue);
  return {
    lines: [
      ['hello', `${topic}-wish`],
      [`${topic}-more`],
      [known ? 'ime-znano' : 'ime-novo'],
      [known ? 'naslov-znan' : 'naslov-nov'],
      ...agreeing,
      goodbye,
    ],
    halo: ['halo'],
  };
}

/** A customer who was called. */
export function calledConversation(): Conversation {
  return {
    lines: [['prosim'], ['out-1'], ['out-2'], ['out-3'], ...agreeing, goodbye],
    halo: ['halo'],
  };
}
