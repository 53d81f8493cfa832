import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { screens, type Screen } from '../state/desk-state.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import styles from './Shell.module.css';

const icons: Readonly<Record<(typeof screens)[number], IconName>> = {
  call: 'call',
  history: 'history',
  customers: 'customers',
  sync: 'sync',
  settings: 'settings',
  debug: 'debug',
};

/** The screens there are. */
export function Rail() {
  const { t } = useTranslation('shell');
  const current = useDeskStore((state) => state.screen);
  const cards = useDeskStore((state) => state.order.length);
  const missed = useDeskStore((state) => state.history.missed);
  const refused = useDeskStore((state) => state.sync?.refused ?? 0);
  const store = useDeskStoreApi();
  const counts: Partial<Record<Screen, number>> = { call: cards, history: missed, sync: refused };
  return (
    <nav className={styles.rail} aria-label={t('screens')}>
      {screens.map((screen) => {
        const count = counts[screen] ?? 0;
        return (
          <UnstyledButton
            key={screen}
            className={screen === 'settings' ? styles.end : undefined}
            aria-current={current === screen ? 'page' : undefined}
            onClick={() => store.setState({ screen })}
          >
            <Icon name={icons[screen]} size={19} />
            {t(`screen.${screen}`)}
            {count > 0 && (
              <span
                className={styles.count}
                data-act={screen === 'sync' || screen === 'history' || undefined}
              >
                {count}
              </span>
            )}
          </UnstyledButton>
        );
      })}
    </nav>
  );
}
