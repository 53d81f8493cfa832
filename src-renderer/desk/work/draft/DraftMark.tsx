import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert-never.ts';
import { errorCode } from '../../ui/desk-error.ts';
import { TimeAt } from '../../ui/TimeAt.tsx';
import type { DraftStatus } from './draft-keeper.ts';

/** Says truly whether what was typed is on the disk. */
export function DraftMark({
  status,
  zone,
  retry,
}: {
  readonly status: DraftStatus;
  readonly zone: string;
  readonly retry: () => void;
}) {
  const { t } = useTranslation('form');
  switch (status.kind) {
    case 'saved':
      return (
        <Text size="xs" c="var(--mantine-color-dimmed)" data-draft="saved">
          {status.at !== null && (
            <>
              {t('draft.saved')} <TimeAt at={status.at} zone={zone} show="seconds" />
            </>
          )}
        </Text>
      );
    case 'unsaved':
      return (
        <Text size="xs" c="var(--mantine-color-dimmed)" data-draft="unsaved">
          {t('draft.unsaved')}
        </Text>
      );
    case 'failed':
      return (
        <Text size="xs" c="var(--mantine-color-error)" role="alert" data-draft="failed">
          {t(errorCode(status.error) === 'NOT_STORED' ? 'draft.notStored' : 'draft.failed')}{' '}
          <Anchor component="button" type="button" size="xs" onClick={retry}>
            {t('draft.again')}
          </Anchor>
        </Text>
      );
    default:
      return assertNever(status);
  }
}
