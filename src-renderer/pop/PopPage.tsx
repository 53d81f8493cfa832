import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { i18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { IncomingPanel } from '../desk/call-bar/IncomingPanel.tsx';
import { useCallCommands } from '../desk/call-bar/use-call-commands.ts';
import { DeskContext, type DeskClient } from '../desk/rpc/desk-client.ts';
import { usePreferences } from '../desk/shell/use-preferences.ts';
import { ringingCalls } from '../desk/state/desk-state.ts';
import { DeskStoreContext, useDeskStore, type DeskStore } from '../desk/state/desk-store.ts';
import { theme } from '../desk/ui/theme.ts';
import styles from './Pop.module.css';

/** The same state and the same commands as the desk, one panel large. It has no keys: it never has the focus. */
export function PopPage({
  client,
  store,
  texts,
}: {
  readonly client: DeskClient;
  readonly store: DeskStore;
  readonly texts: i18n;
}) {
  return (
    <I18nextProvider i18n={texts}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <DeskContext value={client}>
          <DeskStoreContext value={store}>
            <Notifications position="bottom-center" limit={1} />
            <Ringing />
          </DeskStoreContext>
        </DeskContext>
      </MantineProvider>
    </I18nextProvider>
  );
}

function Ringing() {
  const { t } = useTranslation('pop');
  const entry = useDeskStore((state) => ringingCalls(state)[0]);
  const commands = useCallCommands();
  usePreferences();
  return (
    <main className={styles.pop}>
      <h1 className="heard">{t('title')}</h1>
      {entry ? (
        <IncomingPanel entry={entry} commands={commands} keys={false} />
      ) : (
        <p className={styles.quiet}>{t('nothing')}</p>
      )}
    </main>
  );
}
