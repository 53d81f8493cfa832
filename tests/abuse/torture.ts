/** The 49 messages of RFC 4475 from a hostile exchange, idle and in a call; and from a hostile desk at the practice exchange. */
import { readdirSync, readFileSync } from 'node:fs';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { startAbusedDesk, extension, type AbusedDesk } from './support/abused-desk.ts';
import { askOptions } from './support/ask-options.ts';
import { cancelOf } from './support/cancel-of.ts';
import { waitFor } from '../floor/support/wait-for.ts';
import { tortureExchange } from './torture-exchange.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { openWorkshop } from './support/workshop.ts';

const folder = new URL('../support/sip-torture/', import.meta.url);

export async function torture(run: AbuseRun): Promise<void> {
  const messages = readdirSync(folder)
    .filter((name) => name.endsWith('.dat'))
    .map((name) => readFileSync(new URL(name, folder)).toString('utf8'));
  if (messages.length < 49) throw new Error(`only ${messages.length} torture messages`);
  await using workshop = await openWorkshop({ packages: floorPackages, build: 'pages' });
  await using desk = await startAbusedDesk(workshop);
  await run.judge('idle', async () => {
    const sent = await strike(desk, messages);
    const stuck = await leftBeside(desk, null);
    await desk.takesACall();
    return verdict(desk, { sent, stuck });
  });
  await run.judge('in a call', async () => {
    const talk = await desk.talk();
    const sent = await strike(desk, messages);
    const stuck = await leftBeside(desk, talk.callId);
    await talk.heardBothWays();
    talk.sip.request('OPTIONS');
    await talk.sip.response(200, 'OPTIONS');
    await talk.hangUp();
    await desk.takesACall();
    return verdict(desk, { sent, stuck });
  });
  await tortureExchange(run, workshop, messages);
}

/**
 * Every message as it stands and once addressed to the desk, so that it gets past the first look; one after another, because
 * most of a burst would be refused unread. Answers all that was sent.
 */
async function strike(desk: AbusedDesk, messages: readonly string[]): Promise<readonly string[]> {
  const { pbx } = desk;
  const contact = pbx.contact(extension);
  const sent = messages.flatMap((message) => [
    message,
    message.replace(/^(\w+) \S+ SIP/, (_, method: string) => `${method} ${contact} SIP`),
  ]);
  for (const text of sent) {
    pbx.send(text, extension);
    await askOptions(pbx, extension);
  }
  // Some are calls like any other: they ring until their caller gives up.
  const cancels = sent.map(cancelOf).filter((cancel) => cancel !== null);
  for (const cancel of cancels) {
    pbx.send(cancel, extension);
    await askOptions(pbx, extension);
  }
  return [...sent, ...cancels];
}

/** Calls that are still shown although their callers have given up. */
async function leftBeside(desk: AbusedDesk, callId: string | null): Promise<number> {
  let left = 0;
  await waitFor('the strangers gone', async () => {
    left = (await desk.shownCalls()).filter((one) => one !== callId).length;
    return left === 0;
  }).catch(() => undefined);
  return left;
}

async function verdict(
  desk: AbusedDesk,
  { sent, stuck }: { readonly sent: readonly string[]; readonly stuck: number },
): Promise<Verdict> {
  const uncaught = (await desk.uncaught()).length;
  const exits = desk.host.isUp ? 0 : 1;
  const unread = await desk.refusedAsTooMany(sent);
  return {
    sent: sent.length,
    unread,
    stuck,
    exits,
    uncaught,
    dropped: await desk.logged('malformed SIP message dropped'),
    pass: stuck === 0 && exits === 0 && uncaught === 0 && unread === 0,
  };
}
