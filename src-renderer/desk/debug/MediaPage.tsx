import { useTranslation } from 'react-i18next';
import type { MediaReport } from '#shared/contract/desk.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { partyName } from '../ui/party-name.ts';
import { useFigure } from '../ui/use-figure.ts';
import styles from './Debug.module.css';
import { useMedia } from './use-media.ts';

/** What is measured of every live call, renewed each second. */
export function MediaPage() {
  const { t } = useTranslation('debug');
  const media = useMedia();
  return (
    <div className={styles.media}>
      {media.length === 0 && <p className={styles.quiet}>{t('noMedia')}</p>}
      {media.map((report) => (
        <CallMedia key={report.callId} report={report} />
      ))}
    </div>
  );
}

function CallMedia({ report: { callId, stats, quality } }: { readonly report: MediaReport }) {
  const { t } = useTranslation('debug');
  const figure = useFigure(2);
  const entry = useDeskStore((state) => state.calls[callId]);
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? '–' : `${figure(share * 100)} %`;
  const milliseconds = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? '–' : `${figure(Math.round(seconds * 1000))} ms`;
  const count = (value: number | undefined) => (value === undefined ? '–' : figure(value));
  const rows = {
    mos: quality ? figure(quality.mos) : '–',
    codec: stats?.codec ?? '–',
    received: count(stats?.packetsReceived),
    lost: count(stats?.packetsLost),
    loss: percent(quality?.loss),
    concealed: percent(stats?.concealed),
    jitter: milliseconds(stats?.jitter),
    jitterBuffer: milliseconds(stats?.jitterBuffer),
    sent: count(stats?.packetsSent),
    lossThere: percent(stats?.lossThere),
    roundTrip: milliseconds(stats?.roundTrip),
    levelIn: count(stats?.levelIn),
    levelOut: count(stats?.levelOut),
  } as const;
  const names = Object.keys(rows) as readonly (keyof typeof rows)[];
  return (
    <section aria-label={entry ? (partyName(entry) ?? callId) : callId}>
      <h3>
        {entry && partyName(entry)} <small className={styles.quiet}>{callId.slice(0, 8)}</small>
      </h3>
      <dl>
        {names.map((name) => (
          <div key={name}>
            <dt>{t(`media.${name}`)}</dt>
            <dd className="figures">{rows[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
