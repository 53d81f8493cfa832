/** sync: what waits to be sent, and what the server refused and a person must mend. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParkedMutation } from '#shared/contract/desk.ts';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { TimeAt } from '../ui/TimeAt.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useErrorText } from '../ui/use-error-text.ts';
import styles from './Sync.module.css';

export function SyncScreen() {
  const { t } = useTranslation(['sync', 'status']);
  const sync = useDeskStore((state) => state.sync);
  const zone = useDeskStore((state) => state.session?.projects[0]?.zone ?? 'UTC');
  const errorText = useErrorText();
  const { parked, failure } = useParked();
  return (
    <div className={styles.screen}>
      <h2>{t('title')}</h2>
      <dl>
        <div>
          <dt>{t('server')}</dt>
          <dd>{t(`status:serverMeans.${sync?.server ?? 'off'}`)}</dd>
        </div>
        <div>
          <dt>{t('waiting')}</dt>
          <dd className="figures">{sync?.waiting ?? 0}</dd>
        </div>
        <div>
          <dt>{t('customers')}</dt>
          <dd className="figures">
            {t(sync?.loading ? 'customersSoFar' : 'customersHere', { count: sync?.customers ?? 0 })}
          </dd>
        </div>
      </dl>
      <h3>{t('toMend')}</h3>
      {failure !== null && (
        <p role="alert">
          {errorText(failure).what} {errorText(failure).wayOut}
        </p>
      )}
      {parked?.length === 0 && <p className={styles.quiet}>{t('nothingToMend')}</p>}
      <ul>
        {parked?.map((mutation) => (
          <Parked key={mutation.mutationId} mutation={mutation} zone={zone} />
        ))}
      </ul>
    </div>
  );
}

function Parked({ mutation, zone }: { readonly mutation: ParkedMutation; readonly zone: string }) {
  const { t, i18n } = useTranslation('sync');
  const desk = useDesk();
  const command = useCommand();
  const { mutationId, name, madeAt, attempts, refusal } = mutation;
  return (
    <li>
      <div>
        <strong>
          {i18n.exists(`sync:mutation.${name}`) ? t(`mutation.${name}`) : t('mutation.other')}
        </strong>
        <span className={styles.quiet}>
          <TimeAt at={madeAt} zone={zone} show="both" />
          {t('attempts', { count: attempts })}
        </span>
      </div>
      <p>{t(`refusal.${refusal.code}`)}</p>
      <details>
        <summary>{t('details')}</summary>
        <pre>{JSON.stringify({ details: refusal.details, args: mutation.args }, null, 2)}</pre>
      </details>
      <Button
        variant="default"
        onClick={() => void command(() => desk.sync.mend({ mutationId, args: null }))}
      >
        {t('sendAgain')}
      </Button>
    </li>
  );
}

/** What is parked, asked again whenever its number changes or the link comes back. */
function useParked(): {
  readonly parked: readonly ParkedMutation[] | null;
  readonly failure: unknown;
} {
  const desk = useDesk();
  const refused = useDeskStore((state) => state.sync?.refused);
  const waiting = useDeskStore((state) => state.sync?.waiting);
  const link = useDeskStore((state) => state.link);
  const [parked, setParked] = useState<readonly ParkedMutation[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  // Whatever changes in the numbers may have changed the list.
  const asked = `${refused} ${waiting}`;
  useEffect(() => {
    if (link !== 'up' || asked === '') return undefined;
    let current = true;
    desk.sync.parked().then(
      ({ mutations }) => {
        if (!current) return;
        setParked(mutations);
        setFailure(null);
      },
      (error: unknown) => {
        if (current) setFailure(error);
      },
    );
    return () => {
      current = false;
    };
  }, [desk, asked, link]);
  return { parked, failure };
}
