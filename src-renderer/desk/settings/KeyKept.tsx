import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore } from '../state/desk-store.ts';

/** How the key of the local base is kept; a person must be able to see when there is no keychain. */
export function KeyKept() {
  const { t } = useTranslation('settings');
  const desk = useDesk();
  const link = useDeskStore((state) => state.link);
  const [keptIn, setKeptIn] = useState<'keychain' | 'file' | null>(null);
  useEffect(() => {
    if (link !== 'up') return undefined;
    let wanted = true;
    desk.settings.read().then(
      ({ keyKeptIn }) => wanted && setKeptIn(keyKeptIn),
      () => undefined, // Asked again when the link is back.
    );
    return () => {
      wanted = false;
    };
  }, [desk, link]);
  if (keptIn === null) return null;
  return (
    <section aria-labelledby="settings-stored">
      <h3 id="settings-stored">{t('stored')}</h3>
      <p>{t(`keyKeptIn.${keptIn}`)}</p>
    </section>
  );
}
