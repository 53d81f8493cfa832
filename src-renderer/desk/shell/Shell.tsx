import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import { CallBar } from '../call-bar/CallBar.tsx';
import { RingingBeside } from '../call-bar/RingingBeside.tsx';
import { CustomersScreen } from '../customers/CustomersScreen.tsx';
import { DebugScreen } from '../debug/DebugScreen.tsx';
import { DialBox } from '../dial/DialBox.tsx';
import { HistoryScreen } from '../history/HistoryScreen.tsx';
import { Palette } from '../palette/Palette.tsx';
import { PreflightScreen } from '../preflight/PreflightScreen.tsx';
import { SettingsScreen } from '../settings/SettingsScreen.tsx';
import type { Screen } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { SyncScreen } from '../sync/SyncScreen.tsx';
import { TimelinePanel } from '../work/timeline/TimelinePanel.tsx';
import { CallScreen } from './CallScreen.tsx';
import { Header } from './Header.tsx';
import { Rail } from './Rail.tsx';
import styles from './Shell.module.css';
import { useLeaveGuard } from './use-leave-guard.ts';

/** Header, rail, one screen, and the call bar, which is there on every screen. */
export function Shell() {
  const { t } = useTranslation('shell');
  useLeaveGuard();
  const screen = useDeskStore((state) => state.screen);
  const callId = useDeskStore((state) => state.focusedCallId);
  return (
    <div className={styles.shell}>
      <Header />
      <Rail />
      <main className={styles.screen} aria-label={t(`screen.${screen}`)} data-screen={screen}>
        <h1 className="heard">{t(`screen.${screen}`)}</h1>
        <CurrentScreen screen={screen} />
      </main>
      <aside className={styles.side} aria-label={t('telephone')}>
        <CallBar />
        <div className={styles.timeline}>
          {callId !== null && <TimelinePanel key={callId} callId={callId} />}
        </div>
        <RingingBeside />
        <DialBox />
      </aside>
      <Palette />
    </div>
  );
}

function CurrentScreen({ screen }: { readonly screen: Screen }) {
  switch (screen) {
    case 'call':
      return <CallScreen />;
    case 'history':
      return <HistoryScreen />;
    case 'preflight':
      return <PreflightScreen />;
    case 'customers':
      return <CustomersScreen />;
    case 'sync':
      return <SyncScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'debug':
      return <DebugScreen />;
    default:
      return assertNever(screen);
  }
}
