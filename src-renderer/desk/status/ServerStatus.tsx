import { useTranslation } from 'react-i18next';
import { useDeskStore } from '../state/desk-store.ts';
import { StatusItem } from './StatusItem.tsx';

/** Whether the central server is there; work goes on when it is not. */
export function ServerStatus() {
  const { t } = useTranslation('status');
  const server = useDeskStore((state) => state.sync?.server ?? 'off');
  const offline = useDeskStore((state) => state.session?.offline ?? false);
  const loading = useDeskStore((state) => state.sync?.loading ?? false);
  const tone = server === 'up' ? 'good' : server === 'down' ? 'wait' : 'idle';
  return (
    <StatusItem
      icon="server"
      tone={loading ? 'wait' : tone}
      text={t(loading ? 'server.loading' : `server.${server}`)}
      meaning={t(offline ? 'serverMeans.offline' : `serverMeans.${server}`)}
      leadsTo="sync"
    />
  );
}
