import { useTranslation } from 'react-i18next';
import { errorCode } from './desk-error.ts';

/** What happened and the way out, in the interface's language. */
export function useErrorText(): (error: unknown) => {
  readonly what: string;
  readonly wayOut: string;
} {
  const { t, i18n } = useTranslation('errors');
  return (error) => {
    const code = errorCode(error);
    const known = i18n.exists(`errors:${code}.what`) ? code : 'UNKNOWN';
    return { what: t(`${known}.what`), wayOut: t(`${known}.wayOut`) };
  };
}
