/** The same messages from a hostile desk at the practice exchange, idle and while two desks talk. */
import path from 'node:path';
import { startService, type Service } from '../floor/support/service.ts';
import { Desk } from '../practice/support/desk.ts';
import type { DeskCall } from '../practice/support/desk-call.ts';
import { status, Wire } from '../practice/support/wire.ts';
import type { AbuseRun } from './support/report.ts';
import { repository, type Workshop } from './support/workshop.ts';

const line = (user: string) => ({ user, secret: `practice-${user}` });

export async function tortureExchange(
  run: AbuseRun,
  workshop: Workshop,
  messages: readonly string[],
): Promise<void> {
  const folder = await workshop.folder('practice');
  const exchange = await startService({
    program: 'src-practice/main.ts',
    repository,
    logFile: path.join(folder, 'practice.log'),
    env: {
      CENTRALA_CENTRE: path.join(repository, 'assets/centres/demo.yaml'),
      CENTRALA_PRACTICE_PORT: '0',
      // A day: nobody calls by himself.
      CENTRALA_PRACTICE_FIRST_CALL: '86400',
    },
  });
  try {
    const ana = await Desk.registered(exchange.address, line('201'));
    const bor = await Desk.registered(exchange.address, line('202'));
    await run.judge('practice exchange, idle', async () => {
      const sent = await strike(exchange, ana, messages);
      await hangUp(await talk(ana, bor));
      return { pass: exchange.isUp, sent, exits: exchange.isUp ? 0 : 1 };
    });
    await run.judge('practice exchange, in a call', async () => {
      const talking = await talk(ana, bor);
      const sent = await strike(exchange, ana, messages);
      const alive = status(await talking.called.request('OPTIONS'));
      await hangUp(talking);
      await hangUp(await talk(ana, bor));
      return { pass: exchange.isUp && alive === 200, sent, exits: exchange.isUp ? 0 : 1, alive };
    });
    await ana.wire.close();
    await bor.wire.close();
  } finally {
    await exchange.stop();
  }
}

/** From a stranger's socket and from a registered desk's. */
async function strike(exchange: Service, ana: Desk, messages: readonly string[]): Promise<number> {
  const stranger = await Wire.open(exchange.address);
  for (const message of messages) {
    stranger.send(message);
    ana.wire.send(message);
  }
  await stranger.close();
  return 2 * messages.length;
}

interface Talking {
  readonly calling: DeskCall;
  readonly called: DeskCall;
}

/** Bor calls Ana, and she answers. */
async function talk(ana: Desk, bor: Desk): Promise<Talking> {
  const { call: calling, answered } = await bor.startDialling('201');
  const called = await ana.rung();
  await called.answer();
  const answer = await answered;
  if (status(answer) !== 200) throw new Error(`Bor is told ${answer.start}`);
  return { calling, called };
}

async function hangUp({ calling, called }: Talking): Promise<void> {
  const gone = called.hungUp();
  await calling.hangUp();
  await gone;
}
