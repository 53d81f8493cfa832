import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { canBeCalled } from '../ui/can-be-called.ts';
import { Key } from '../ui/Key.tsx';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useNow } from '../ui/use-now.ts';
import styles from './Status.module.css';
import type { Happening, HappeningKind } from './what-is-happening.ts';

/** One line in the header, and the button that mends what a person can mend. */
export function WhatIsHappening({ happening }: { readonly happening: Happening }) {
  const { t } = useTranslation(['status', 'calls']);
  const { kind, retryAt } = happening;
  const tone = toneOf(kind);
  return (
    <div className={styles.happening} data-tone={tone} data-happening={kind}>
      <StateMark tone={tone} size={12} />
      <span className={styles.words}>
        <output>{textOf(happening, t)}</output>
        {retryAt !== null && <NextTry at={retryAt} />}
      </span>
      <WayOut happening={happening} />
    </div>
  );
}

/** Beside what is read aloud, because it changes every second. */
function NextTry({ at }: { readonly at: string }) {
  const { t } = useTranslation('status');
  const now = useNow();
  const seconds = Math.ceil((Date.parse(at) - now) / 1000);
  return (
    <span aria-hidden className="figures">
      {' '}
      {seconds > 0 ? t('nextTry', { seconds }) : t('tryingNow')}
    </span>
  );
}

function WayOut({ happening: { kind, callId } }: { readonly happening: Happening }) {
  const { t } = useTranslation('status');
  const store = useDeskStoreApi();
  const desk = useDesk();
  const command = useCommand();
  const reachable = useDeskStore(({ calls }) => {
    const party = calls[callId ?? '']?.call.party;
    return party !== undefined && canBeCalled(party);
  });
  const ringsOrTalks = useDeskStore(({ calls }) =>
    Object.values(calls).some(({ call }) => call.phase !== 'ended'),
  );
  switch (kind) {
    case 'interrupted':
    case 'broken-off':
      if (callId === null || !reachable) return null;
      return (
        <Button
          size="compact-sm"
          rightSection={!ringsOrTalks && <Key name="F2" />}
          onClick={() => void command(() => desk.calls.callBack({ callId }))}
        >
          {t('wayOut.callBack')}
        </Button>
      );
    case 'ready-asked':
      return (
        <>
          <Button
            size="compact-sm"
            onClick={() => {
              store.setState({ readyWithoutGear: 'anyway' });
              void command(() => desk.operator.ready());
            }}
          >
            {t('wayOut.readyAnyway')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => store.setState({ readyWithoutGear: null, screen: 'settings' })}
          >
            {t('wayOut.chooseDevice')}
          </Button>
        </>
      );
    case 'headset-missing':
    case 'ringer-missing':
      return (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => store.setState({ screen: 'settings' })}
        >
          {t('wayOut.chooseDevice')}
        </Button>
      );
    case 'first-ring':
      return (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => store.setState({ screen: 'preflight' })}
        >
          {t('wayOut.checkGear')}
        </Button>
      );
    case 'certificate':
    case 'line-refused':
      return (
        <>
          <Button size="compact-sm" onClick={() => void command(() => desk.line.tryNow())}>
            {t('wayOut.tryAgain')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => store.setState({ screen: 'debug' })}
          >
            {t('wayOut.details')}
          </Button>
        </>
      );
    default:
      return null;
  }
}

/** A text of its own, or a word, where a name is not known, rather than a gap. */
function textOf({ kind, values: known }: Happening, t: TFunction<['status', 'calls']>): string {
  const values = {
    ...known,
    ...(known['who'] === '' && { who: t('calls:withheld') }),
    ...(known['instead'] === '' && { instead: t('systemsChoice') }),
  };
  const unnamed = known['device'] === '';
  const withLine = known['line'] === 'lost';
  switch (kind) {
    case 'certificate':
      return t(`certificate.${known['why']}`);
    case 'line-refused':
      return t(`refusedBecause.${known['why']}`);
    case 'sound-lost':
      return t(withLine ? 'happening.sound-and-line-lost' : 'happening.sound-lost', values);
    case 'headset-missing':
      return t(unnamed ? 'happening.headset-unnamed' : 'happening.headset-missing', values);
    case 'headset-contested':
      return t(
        unnamed ? 'happening.headset-contested-unnamed' : 'happening.headset-contested',
        values,
      );
    case 'ready-asked':
      if (known['microphone'] === 'none') return t('happening.ready-asked-no-microphone');
      if (known['microphone'] === 'refused') return t('happening.ready-asked-refused');
      return t(unnamed ? 'happening.ready-asked-unnamed' : 'happening.ready-asked', values);
    default:
      return t(`happening.${kind}`, values);
  }
}

function toneOf(kind: HappeningKind): Tone {
  switch (kind) {
    case 'line-lost-in-call':
    case 'returning':
    case 'sound-restoring':
    case 'line-lost':
    case 'server-down':
    case 'loading':
    case 'ringer-missing':
    case 'headset-contested':
      return 'wait';
    case 'first-ring':
      return 'idle';
    default:
      return 'act';
  }
}
