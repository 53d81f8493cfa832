/** shell: the frame every screen stands in, and the choice of page by what main says of the session. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { i18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import { DeskContext, type DeskClient } from '../rpc/desk-client.ts';
import { FirstRun } from '../sign-in/FirstRun.tsx';
import { SignIn } from '../sign-in/SignIn.tsx';
import { DeskStoreContext, useDeskStore, type DeskStore } from '../state/desk-store.ts';
import { theme } from '../ui/theme.ts';
import { usePreferences } from './use-preferences.ts';
import { Shell } from './Shell.tsx';

export function DeskPage({
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
            <CurrentPage />
            <Notices />
          </DeskStoreContext>
        </DeskContext>
      </MantineProvider>
    </I18nextProvider>
  );
}

/** Refusals and their way out, in a place of their own. */
function Notices() {
  const { t } = useTranslation('shell');
  return (
    <section aria-label={t('notices')}>
      <Notifications position="bottom-left" limit={3} zIndex={1000} withinPortal={false} />
    </section>
  );
}

function CurrentPage() {
  const phase = useDeskStore((state) => state.session?.phase);
  usePreferences();
  switch (phase) {
    case undefined:
      return <Connecting />;
    case 'setup':
      return <FirstRun />;
    case 'signed-out':
    case 'signing-in':
      return <SignIn />;
    case 'signed-in':
      return <Shell />;
    default:
      return assertNever(phase);
  }
}

function Connecting() {
  const { t } = useTranslation('shell');
  const unanswered = useDeskStore((state) => state.unanswered);
  return (
    <main style={{ display: 'grid', placeItems: 'center', height: '100%', textAlign: 'center' }}>
      <output>
        {t('connecting')}
        {unanswered && <p>{t('unanswered')}</p>}
      </output>
    </main>
  );
}
