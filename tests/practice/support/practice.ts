/** A practice exchange for one test, with two lines, two queues and a handful of customers. */
import { createExchange } from '../../../src-practice/exchange.ts';
import type { Exchange, ExchangeOptions } from '../../../src-practice/exchange.ts';
import { lineLog } from '../../../src-practice/log.ts';
import { Desk } from './desk.ts';

export const ana = { user: 'ana', secret: 'ana-secret-1' } as const;
export const bor = { user: 'bor', secret: 'bor-secret-2' } as const;
export const customerNumber = '+38641123456';

/** Turns that do not keep a test waiting. */
const briskTurns = { pause: 0.3, first: 0.3, patience: 0.8, lastPatience: 1.2 };

export async function openPractice(
  options: Partial<ExchangeOptions> = {},
): Promise<{ exchange: Exchange; logged: string[] } & AsyncDisposable> {
  const logged: string[] = [];
  const exchange = await createExchange({
    host: '127.0.0.1',
    port: 0,
    region: 'SI',
    domain: 'practice.test',
    outsidePrefix: '0',
    lines: [
      { extension: '201', sipUser: ana.user, secret: ana.secret, displayName: 'Ana Kovač' },
      { extension: '202', sipUser: bor.user, secret: bor.secret, displayName: 'Bor Zupan' },
    ],
    queues: [
      { name: 'internet', dialled: '+38615551000', language: 'sl', extensions: ['201', '202'] },
      { name: 'bank', dialled: null, language: 'en', extensions: ['202'] },
    ],
    customers: [{ numbers: [customerNumber, '+38615001234'], language: 'sl' }],
    log: lineLog('debug', (line) => logged.push(line)),
    ...options,
    timing: { answer: [0.1, 0.2], retry: 0.3, lost: 1, turns: briskTurns, ...options.timing },
  });
  return { exchange, logged, [Symbol.asyncDispose]: () => exchange.close() };
}

export async function openDesk(
  exchange: Exchange,
  line: { readonly user: string; readonly secret: string },
): Promise<Desk> {
  return Desk.registered(exchange.address, line);
}
