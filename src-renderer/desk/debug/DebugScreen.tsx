/** debug: the SIP ladder, the media of the live calls and the report, for support; secrets are struck out by main. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeskStore } from '../state/desk-store.ts';
import { CopyReport } from './CopyReport.tsx';
import styles from './Debug.module.css';
import { MediaPage } from './MediaPage.tsx';
import { SipLadder } from './SipLadder.tsx';

const pages = ['ladder', 'media'] as const;

export function DebugScreen() {
  const { t } = useTranslation('debug');
  const line = useDeskStore((state) => state.line);
  const [page, setPage] = useState<(typeof pages)[number]>('ladder');
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h2>{t('title')}</h2>
        <SegmentedControl
          aria-label={t('title')}
          value={page}
          data={pages.map((one) => ({ value: one, label: t(`page.${one}`) }))}
          onChange={setPage}
        />
        <CopyReport />
      </div>
      <p className={styles.quiet}>
        {line &&
          t('line', {
            phase: line.phase,
            extension: line.extension ?? '–',
            problem: line.problem ?? '–',
            detail: line.detail ?? '–',
          })}
      </p>
      {page === 'ladder' ? <SipLadder /> : <MediaPage />}
    </div>
  );
}
