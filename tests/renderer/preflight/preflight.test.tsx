import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { AudioState } from '#shared/contract/desk.ts';
import { noPreflight, PreflightProblem, type Preflight } from '#shared/model/preflight.ts';
import { createI18n } from '../../../src-renderer/i18n/create-i18n.ts';
import { goodAudio, marijasCard, ringing } from '../../support/fake-desk-data.ts';
import { axeFaults, callId, openDesk, type DeskBench } from '../shell/desk-bench.tsx';

let bench: DeskBench;
afterEach(() => bench[Symbol.dispose]());

function checks(changes: Partial<Preflight['checks'][number]>): Preflight['checks'] {
  return noPreflight.checks.map((check) => ({ ...check, ...changes }));
}

const figures: Readonly<Record<string, Preflight['checks'][number]['figures']>> = {
  network: { device: '', lossPercent: 4.25, secretOf: 3 },
};

describe('the gear check', () => {
  it('is offered at sign-in, runs on one page and tells each state in words', async () => {
    bench = await openDesk();
    await bench.user.click(await screen.findByRole('button', { name: 'Preglej opremo · 20 s' }));
    const list = await screen.findByRole('list', { name: 'Pregled opreme' });
    expect(within(list).getAllByText('ni pregledano')).toHaveLength(5);
    await bench.user.click(screen.getByRole('button', { name: 'Preglej' }));
    await waitFor(() => expect(bench.given('preflight.run')).toHaveLength(1));
    bench.fake.setPreflight({
      checks: noPreflight.checks.map((check) => ({
        ...check,
        state: check.name === 'headset' ? 'running' : 'waiting',
      })),
    });
    await within(list).findByText('Recite: »Slišim.«');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Preglej' }).disabled).toBe(true);
    expect(await axeFaults()).toEqual([]);
  });

  it('says when it was passed, in the project’s zone', async () => {
    bench = await openDesk();
    await screen.findByRole('button', { name: /Preglej opremo/ });
    bench.fake.setPreflight({
      state: 'passed',
      finishedAt: '2026-11-23T06:46:10.000Z',
      checks: checks({ state: 'passed' }),
    });
    expect(await screen.findByText('Prihod zabeležen ob 07:46.')).toBeTruthy();
    expect(createI18n('en').t('preflight:passed', { at: '07:46' })).toBe(
      'You checked in at 07:46.',
    );
    expect(screen.queryByRole('button', { name: /Preglej opremo/ })).toBeNull();
  });

  it('tells what is wrong with its way out, counts it right and shows the figures', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setPreflight({
          state: 'failed',
          finishedAt: '2026-11-23T06:46:10.000Z',
          checks: noPreflight.checks.map((check) =>
            check.name === 'network' || check.name === 'server'
              ? {
                  name: check.name,
                  state: 'failed',
                  problem: check.name === 'network' ? 'lossy-network' : 'server-down',
                  figures: figures[check.name] ?? {},
                }
              : { ...check, state: 'passed' },
          ),
        }),
    });
    await screen.findByText('2 stvari potrebujeta vas. Rešitev piše ob vsaki.');
    bench.store.setState({ screen: 'preflight' });
    await screen.findByText('Omrežje izgublja zvok. Priključite kabel ali zapustite Wi-Fi.');
    expect(screen.getByText('izguba 4,25 %')).toBeTruthy();
    expect(screen.queryByText(/secretOf/)).toBeNull();
  });

  it('is not run in a call', async () => {
    bench = await openDesk({
      set: (fake) => fake.setCall(ringing(callId, { phase: 'talking' }), marijasCard()),
    });
    bench.store.setState({ screen: 'preflight' });
    await screen.findByText('Med klicem se oprema ne pregleduje.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Preglej' }).disabled).toBe(true);
  });

  it('that a call broke off is not a fault, and is offered again', async () => {
    bench = await openDesk({
      set: (fake) =>
        fake.setPreflight({
          state: 'failed',
          finishedAt: '2026-11-23T06:46:10.000Z',
          checks: noPreflight.checks.map((check) =>
            check.name === 'headset'
              ? { ...check, state: 'passed' }
              : { ...check, state: 'failed', problem: 'in-a-call' },
          ),
        }),
    });
    await screen.findByText('Pregled je prekinil klic. Preglejte znova po njem.');
    await bench.user.click(screen.getByRole('button', { name: 'Preglej opremo · 20 s' }));
    const list = await screen.findByRole('list', { name: 'Pregled opreme' });
    expect(within(list).getAllByText('ni pregledano')).toHaveLength(4);
    expect(within(list).queryByText('ni v redu')).toBeNull();
  });

  it('has a sentence for every problem there can be', () => {
    const { exists } = createI18n('sl');
    const silent = PreflightProblem.options.filter((one) => !exists(`preflight:problem.${one}`));
    expect(silent).toEqual([]);
  });
});

describe('Ready with the headset missing', () => {
  const standIn: Partial<AudioState> = {
    missing: ['microphone', 'speaker'],
    microphoneInUse: 'Vgrajeni mikrofon',
    wishes: { ...goodAudio.wishes, microphones: ['mic-1'] },
  };

  async function wishReady(): Promise<void> {
    await bench.user.click(await screen.findByRole('button', { name: /^Ana Kovač/ }));
    await bench.user.click(await screen.findByRole('menuitem', { name: 'Na voljo' }));
  }

  async function withoutHeadset(): Promise<void> {
    bench = await openDesk();
    await screen.findByRole('button', { name: /^Ana Kovač/ });
    // The device was there, so that it can be named, and then it was pulled out.
    bench.fake.setAudio(standIn);
    await screen.findByText(
      'Jabra Evolve2 40: naprave ni. Zvok gre prek naprave Vgrajeni mikrofon.',
    );
  }

  it('is asked once, in the header', async () => {
    await withoutHeadset();
    await wishReady();
    await screen.findByText(/Ste vseeno na voljo\?/);
    expect(bench.given('operator.ready')).toEqual([]);
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(await axeFaults()).toEqual([]);
    await bench.user.click(screen.getByRole('button', { name: 'Vseeno na voljo' }));
    await waitFor(() => expect(bench.given('operator.ready')).toHaveLength(1));
    await wishReady();
    await waitFor(() => expect(bench.given('operator.ready')).toHaveLength(2));
  });

  it('can lead to the devices instead', async () => {
    await withoutHeadset();
    await wishReady();
    await screen.findByText(/Ste vseeno na voljo\?/);
    await bench.user.click(screen.getByRole('button', { name: 'Izberi napravo' }));
    await screen.findByRole('heading', { name: 'Nastavitve', level: 2 });
    expect(bench.given('operator.ready')).toEqual([]);
  });

  it('is forgotten when the headset is back', async () => {
    await withoutHeadset();
    await wishReady();
    await bench.user.click(await screen.findByRole('button', { name: 'Vseeno na voljo' }));
    await waitFor(() => expect(bench.given('operator.ready')).toHaveLength(1));
    bench.fake.setAudio({ missing: [] });
    await waitFor(() => expect(bench.store.getState().readyWithoutGear).toBeNull());
  });
});
