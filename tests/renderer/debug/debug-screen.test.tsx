import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SipMessage } from '#shared/contract/desk.ts';
import { dialogsOf, rungOf } from '../../../src-renderer/desk/debug/sip-ladder.ts';
import { marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

function message(line: string, changes: Partial<SipMessage> = {}): SipMessage {
  return {
    at: '2026-11-23T09:00:00.000Z',
    direction: 'sent',
    line,
    callId: 'one',
    text: `${line}\r\nCSeq: 7 INVITE\r\n`,
    ...changes,
  };
}

async function openDebug(): Promise<void> {
  await bench.user.click(await screen.findByRole('button', { name: 'Diagnostika' }));
  await screen.findByRole('heading', { name: 'Diagnostika', level: 2 });
}

describe('the SIP ladder', () => {
  it('grows downwards, and shows the whole message that is chosen, by keys too', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.sip(message('REGISTER sip:pbx.example SIP/2.0', { callId: 'reg' }));
        fake.sip(message('SIP/2.0 200 OK', { direction: 'received', callId: 'reg' }));
      },
    });
    await openDebug();
    await screen.findByRole('button', { name: /200 OK/ });
    bench.fake.sip(message('INVITE sip:201@desk.invalid SIP/2.0', { direction: 'received' }));
    await screen.findByRole('button', { name: /INVITE/ });
    const ladder = within(screen.getByRole('list', { name: /Sporočila SIP/ }));
    const rungs = ladder.getAllByRole('button');
    expect(rungs.map((rung) => rung.querySelector('b')?.textContent)).toEqual([
      'REGISTER',
      '200 OK',
      'INVITE',
    ]);
    await bench.user.click(rungs[0]!);
    await bench.user.keyboard('{ArrowDown}');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Sporočilo').value).toContain(
      'SIP/2.0 200 OK',
    );
    expect(document.activeElement).toBe(rungs[1]);
    expect(await axeFaults()).toEqual([]);
  });

  it('shows one call alone', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.sip(message('REGISTER sip:pbx.example SIP/2.0', { callId: 'reg' }));
        fake.sip(message('INVITE sip:204@pbx.example SIP/2.0'));
      },
    });
    await openDebug();
    await screen.findByRole('button', { name: /INVITE/ });
    await bench.user.selectOptions(screen.getByLabelText('Kateri klic'), 'one');
    expect(screen.queryByRole('button', { name: /REGISTER/ })).toBeNull();
  });

  it.each([
    ['INVITE sip:201@x SIP/2.0', 'INVITE', 'sip:201@x', 'request'],
    ['SIP/2.0 183 Session Progress', '183 Session Progress', '7 INVITE', 'provisional'],
    ['SIP/2.0 200 OK', '200 OK', '7 INVITE', 'success'],
    ['SIP/2.0 401 Unauthorized', '401 Unauthorized', '7 INVITE', 'provisional'],
    ['SIP/2.0 486 Busy Here', '486 Busy Here', '7 INVITE', 'failure'],
    ['SIP/2.0 603', '603', '7 INVITE', 'failure'],
    ['nonsense', 'nonsense', '', 'request'],
    ['', '', '', 'request'],
  ])('reads %s', (line, says, about, kind) => {
    expect(rungOf(message(line))).toEqual({ says, about, kind });
  });

  it('names a call by what began it, the newest first, and not what belongs to none', () => {
    const dialogs = dialogsOf([
      message('INVITE sip:a SIP/2.0'),
      message('SIP/2.0 200 OK'),
      message('SIP/2.0 200 OK', { callId: 'two' }),
      message('OPTIONS sip:a SIP/2.0', { callId: null }),
    ]);
    expect(dialogs.map(({ sipCallId, method }) => [sipCallId, method])).toEqual([
      ['two', '…'],
      ['one', 'INVITE'],
    ]);
  });
});

describe('the media page', () => {
  it('shows the figures of every live call', async () => {
    bench = await openDesk({
      set: (fake) => {
        fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard());
        fake.media([
          {
            callId,
            stats: {
              packetsSent: 500,
              packetsReceived: 480,
              packetsLost: 12,
              jitter: 0.004,
              roundTrip: null,
              codec: 'opus',
              levelIn: 0.2,
              levelOut: 0.1,
              concealed: 0.015,
              jitterBuffer: 0.04,
              sums: { played: 0, madeUp: 0, emitted: 0, waited: 0 },
              lossThere: null,
            },
            quality: { mos: 4.2, loss: 0.024, jitter: 0.004, roundTrip: null, warning: null },
          },
        ]);
      },
    });
    await openDebug();
    await bench.user.click(screen.getByText('Zvok'));
    const call = within(await screen.findByRole('region', { name: 'Marija Žagar' }));
    const value = (name: string) => call.getByText(name).nextElementSibling?.textContent;
    expect(value('MOS')).toBe('4,2');
    expect(value('Izguba')).toBe('2,4 %');
    expect(value('Dopolnjeno')).toBe('1,5 %');
    expect(value('Nihanje')).toBe('4 ms');
    expect(value('Pot tja in nazaj')).toBe('–');
    bench.fake.media([]);
    await screen.findByText('Ni klica.');
  });
});

describe('the report', () => {
  it('is copied, and says what it holds', async () => {
    bench = await openDesk();
    await openDebug();
    expect(screen.getByText(/brez imen, številk in skrivnosti/)).toBeTruthy();
    await bench.user.click(screen.getByRole('button', { name: 'Kopiraj poročilo' }));
    await screen.findByText('Kopirano. Prilepite v sporočilo podpori.');
    expect(await navigator.clipboard.readText()).toContain('Centrala 0.1.0');
  });

  it('can be copied by hand where the clipboard may not be written', async () => {
    bench = await openDesk();
    await openDebug();
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('forbidden'));
    await bench.user.click(screen.getByRole('button', { name: 'Kopiraj poročilo' }));
    const text = await screen.findByLabelText<HTMLTextAreaElement>('Kopirajte to besedilo:');
    expect(text.value).toContain('Centrala 0.1.0');
    await waitFor(() => expect(bench.given('debug.report')).toHaveLength(1));
  });
});
