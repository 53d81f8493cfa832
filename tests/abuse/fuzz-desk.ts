/** Mutations sent through the exchange's socket to a whole desk, most of the time in a call. */
import { readFileSync } from 'node:fs';
import { seededRandom } from '#shared/model/synthetic-customers.ts';
import { floorPackages } from '../../tools/floor/debian-packages.ts';
import { tagOf, writeSip, type SipText } from '../support/sip-text.ts';
import { longestMs } from './fuzz-parser.ts';
import { extension, startAbusedDesk, type AbusedDesk, type Talk } from './support/abused-desk.ts';
import { askOptions } from './support/ask-options.ts';
import { mutated } from './support/mutate-sip.ts';
import type { AbuseRun, Verdict } from './support/report.ts';
import { sipSamples, type LiveDialog } from './support/sip-samples.ts';
import { openWorkshop } from './support/workshop.ts';

/** After so many messages strangers' calls are taken back, and a call that was ended by a mutation is made anew. */
const round = 100;
/** A message that took too long is sent so often in all. */
const turns = 3;

export async function fuzzDesk(run: AbuseRun, count: number): Promise<void> {
  await using workshop = await openWorkshop({ packages: floorPackages, build: 'pages' });
  await using desk = await startAbusedDesk(workshop);
  await run.judge('desk', () => strike(desk, count, run.seed));
  await run.judge('CSeq: 1', async () => {
    const before = await desk.logged('malformed SIP message dropped');
    const talk = await desk.talk();
    const cut = sipSamples(desk.pbx.contact(extension), dialogOf(talk), 1).at(-1) ?? '';
    desk.pbx.send(cut, extension);
    await askOptions(desk.pbx, extension);
    await talk.heardBothWays();
    await talk.hangUp();
    const dropped = (await desk.logged('malformed SIP message dropped')) - before;
    const uncaught = (await desk.uncaught()).length;
    return { pass: desk.host.isUp && uncaught === 0 && dropped > 0, dropped, uncaught };
  });
}

async function strike(desk: AbusedDesk, count: number, seed: number): Promise<Verdict> {
  const { pbx } = desk;
  const random = seededRandom(seed + 2);
  const all: string[] = [];
  let sent = 0;
  let hungUp = 0;
  let lost = 0;
  let slow = 0;
  let slowestMs = 0;
  let calls = 0;
  while (sent < count) {
    const talk = await desk.talk();
    calls++;
    const strangers = followStrangers(desk, talk);
    const ending = watchEnding(desk, talk);
    let goesOn = true;
    while (sent < count && goesOn) {
      for (let at = 0; at < round && sent < count && goesOn; at++) {
        const serial = sent * turns;
        const samples = sipSamples(pbx.contact(extension), dialogOf(talk), serial);
        const text = mutated(samples[sent++ % samples.length] ?? '', samples, random);
        let ms = Infinity;
        // What main does beside, such as collecting garbage, does not fall into the same message three times.
        for (let turn = 0; turn < turns && ms > longestMs && goesOn; turn++) {
          const once = turn === 0 ? text : sentAnew(text, serial, turn);
          const before = cpuMs(desk.host.pid);
          pbx.send(once, extension);
          await askOptions(pbx, extension);
          ms = Math.min(ms, cpuMs(desk.host.pid) - before);
          all.push(once);
          goesOn = !ending.has(once);
        }
        if (ms > longestMs) {
          slow++;
          process.stderr.write(`${ms.toFixed(0)} ms: ${JSON.stringify(text.slice(0, 1000))}\n`);
        }
        slowestMs = Math.max(slowestMs, ms);
      }
      all.push(...strangers.giveUp());
      await askOptions(pbx, extension);
    }
    if (goesOn && (await isUp(desk, talk))) {
      await talk.heardBothWays();
      await desk.page.keyboard.press('F4');
    } else if (ending.isHangUp) hungUp++;
    else lost++;
    await desk.clear();
  }
  await desk.takesACall();
  const uncaught = (await desk.uncaught()).length;
  const unread = await desk.refusedAsTooMany(all);
  return {
    pass: desk.host.isUp && uncaught === 0 && slow === 0 && lost === 0 && unread === 0,
    messages: sent,
    unread,
    calls,
    callsHungUp: hungUp,
    callsLost: lost,
    exits: desk.host.isUp ? 0 : 1,
    uncaught,
    over50ms: slow,
    slowestMs,
    dropped: await desk.logged('malformed SIP message dropped'),
  };
}

/** What the main thread of a process has used of the processor, in milliseconds. */
function cpuMs(pid: number): number {
  const [nanoseconds = '0'] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

const isUp = async (desk: AbusedDesk, talk: Talk): Promise<boolean> =>
  (await desk.phaseOf(talk.callId)) === 'talking';

function dialogOf(talk: Talk): LiveDialog {
  return { callId: talk.sip.callId, deskTag: talk.sip.remoteTag, stubTag: talk.sip.localTag };
}

/** The same once more as another request, not as a retransmission of the first, which would be absorbed (RFC 3261 §17.2). */
function sentAnew(text: string, serial: number, turn: number): string {
  return text
    .replaceAll(`z9hG4bK${serial}`, `z9hG4bK${serial}t${turn}`)
    .replaceAll(`fuzz-${serial}@`, `fuzz-${serial}t${turn}@`)
    .replaceAll(`${1000 + serial} `, `${1000 + serial + turn} `);
}

/** Sees the desk's word of the call's end; a BYE of the dialog may end it, and nothing else. */
function watchEnding(
  { pbx }: AbusedDesk,
  { sip }: Talk,
): { readonly isHangUp: boolean; has(sent: string): boolean } {
  let read = pbx.received.length;
  let byeSent = false;
  let isHangUp = false;
  return {
    get isHangUp() {
      return isHangUp;
    },
    has(sent) {
      const said = pbx.received.slice(read).filter((one) => one.header('call-id') === sip.callId);
      read = pbx.received.length;
      byeSent ||= isBye(sent, sip.remoteTag);
      const took = said.some((one) => one.status === 200 && one.header('cseq').endsWith('BYE'));
      const gaveUp = said.some(({ method }) => method === 'BYE');
      if (!took && !gaveUp) return false;
      isHangUp = took && byeSent;
      if (!isHangUp) process.stderr.write(`the call ended by ${JSON.stringify(sent)}\n`);
      return true;
    },
  };
}

function isBye(text: string, deskTag: string): boolean {
  return text.startsWith('BYE ') && text.includes(deskTag);
}

/** Acknowledges what the desk answers, and takes back what rings: a caller who is no more than a message would ring for ever. */
function followStrangers({ pbx }: AbusedDesk, talk: Talk): { giveUp(): readonly string[] } {
  let read = pbx.received.length;
  return {
    giveUp() {
      const sent: string[] = [];
      const send = (text: string): void => {
        pbx.send(text, extension);
        sent.push(text);
      };
      for (const message of pbx.received.slice(read)) {
        const status = message.status ?? 0;
        if (status <= 100 || status > 200 || !/INVITE/.test(message.header('cseq'))) continue;
        if (status < 200) {
          send(cancelFor(message, pbx.contact(extension)));
          continue;
        }
        const isTalk = tagOf(message.header('to')) === talk.sip.remoteTag;
        send(inDialog('ACK', message, 0));
        if (!isTalk) send(inDialog('BYE', message, 1));
      }
      read = pbx.received.length;
      return sent;
    },
  };
}

/** RFC 3261 §9.1, from the provisional response: what the desk made of a mutated INVITE is what its CANCEL must repeat. */
function cancelFor(ringing: SipText, requestUri: string): string {
  const number = Number(/\d+/.exec(ringing.header('cseq'))?.[0]);
  return writeSip(`CANCEL ${requestUri} SIP/2.0`, [
    `Via: ${ringing.headers('via')[0] ?? ''}`,
    'Max-Forwards: 70',
    `From: ${ringing.header('from')}`,
    `To: ${ringing.header('to').replace(/;\s*tag=.*$/, '')}`,
    `Call-ID: ${ringing.header('call-id')}`,
    `CSeq: ${number} CANCEL`,
  ]);
}

function inDialog(method: string, answer: SipText, later: number): string {
  const number = Number(/\d+/.exec(answer.header('cseq'))?.[0] ?? 1) + later;
  return writeSip(`${method} ${/<([^>]+)>/.exec(answer.header('contact'))?.[1] ?? ''} SIP/2.0`, [
    `Via: SIP/2.0/WS stub.invalid;branch=z9hG4bK${method}${tagOf(answer.header('to'))}${number}`,
    'Max-Forwards: 70',
    `From: ${answer.header('from')}`,
    `To: ${answer.header('to')}`,
    `Call-ID: ${answer.header('call-id')}`,
    `CSeq: ${number} ${method}`,
  ]);
}
