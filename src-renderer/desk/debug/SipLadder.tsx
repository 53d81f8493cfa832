import { NativeSelect, UnstyledButton } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SipMessage } from '#shared/contract/desk.ts';
import { localeOf } from '#shared/model/language.ts';
import { TimeAt } from '../ui/TimeAt.tsx';
import { useLanguage } from '../ui/use-language.ts';
import styles from './Debug.module.css';
import { dialogsOf, rungOf } from './sip-ladder.ts';
import { useLadder, type NumberedMessage } from './use-ladder.ts';

/** Desk on the left, exchange on the right, time downwards; the chosen message stands whole beside it. */
export function SipLadder() {
  const { t } = useTranslation('debug');
  const ladder = useLadder();
  const [only, setOnly] = useState('');
  const [chosen, setChosen] = useState<SipMessage | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const shown = ladder.filter(({ message }) => only === '' || message.callId === only);
  const count = shown.length;
  useEffect(() => {
    // Follows what comes, unless somebody has scrolled up to read.
    const box = end.current;
    if (box && count > 0 && follows.current) box.scrollTop = box.scrollHeight;
  }, [count]);
  const time = new Intl.DateTimeFormat(localeOf(useLanguage()), { timeStyle: 'medium' });
  const dialogs = dialogsOf(ladder.map(({ message }) => message));
  return (
    <div className={styles.panes}>
      <div className={styles.left}>
        <NativeSelect
          aria-label={t('only')}
          value={only}
          data={[
            { value: '', label: t('everything') },
            ...dialogs.map(({ sipCallId, method, at }) => ({
              value: sipCallId,
              label: `${time.format(new Date(at))} ${method} ${sipCallId.slice(0, 18)}`,
            })),
          ]}
          onChange={(event) => setOnly(event.currentTarget.value)}
        />
        <div className={styles.ends} aria-hidden>
          <span>{t('desk')}</span>
          <span>{t('exchange')}</span>
        </div>
        <div
          ref={end}
          className={styles.ladder}
          onScroll={({ currentTarget: box }) => {
            follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
          }}
        >
          {shown.length === 0 && <p className={styles.quiet}>{t('empty')}</p>}
          <div role="presentation" onKeyDown={moveBetweenRungs}>
            <ol aria-label={t('ladder')}>
              {shown.map((row) => (
                <li key={row.number}>
                  <Row row={row} chosen={chosen} choose={setChosen} />
                </li>
              ))}
            </ol>
          </div>
        </div>
      </div>
      <textarea
        readOnly
        aria-label={t('message')}
        value={chosen?.text ?? t('choose')}
        className={styles.text}
      />
    </div>
  );
}

function Row({
  row: { message },
  chosen,
  choose,
}: {
  readonly row: NumberedMessage;
  readonly chosen: SipMessage | null;
  readonly choose: (message: SipMessage) => void;
}) {
  const { t } = useTranslation('debug');
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { says, about, kind } = rungOf(message);
  return (
    <UnstyledButton
      aria-pressed={message === chosen}
      data-direction={message.direction}
      data-kind={kind}
      onClick={() => choose(message)}
    >
      <TimeAt at={message.at} zone={zone} show="seconds" />
      <span className="heard">{t(`direction.${message.direction}`)}</span>
      <span className={styles.rung}>
        <span className={styles.says}>
          <b>{says}</b> <small>{about}</small>
        </span>
        <Arrow direction={message.direction} />
      </span>
    </UnstyledButton>
  );
}

function Arrow({ direction }: { readonly direction: SipMessage['direction'] }) {
  return (
    <svg aria-hidden className={styles.arrow} data-direction={direction} viewBox="0 0 8 8">
      <path d="M0 0l8 4-8 4z" />
    </svg>
  );
}

/** ↑ and ↓ go through the messages. */
function moveBetweenRungs(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const rungs = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = rungs.findIndex((one) => one === document.activeElement);
  const next = rungs[at + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
