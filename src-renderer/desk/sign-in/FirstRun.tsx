import { Anchor, Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { useErrorText } from '../ui/use-error-text.ts';
import { Door } from './Door.tsx';

/** Asks for the central server's address; it is kept only when a server answers there. */
export function FirstRun({ done }: { readonly done?: () => void }) {
  const { t } = useTranslation('sign-in');
  const desk = useDesk();
  const errorText = useErrorText();
  const [address, setAddress] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const server = serverAddress(address);
  const submit = async (chosen: string) => {
    setBusy(true);
    setFailure(null);
    try {
      await desk.session.chooseServer({ server: chosen });
      done?.();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (server !== null && !busy) void submit(server);
  };
  return (
    <Door title={t('whichServer')} onSubmit={onSubmit}>
      <p style={{ margin: 0 }}>{t('serverHelp')}</p>
      <TextInput
        ref={field}
        label={t('serverAddress')}
        placeholder="https://centrala.example.com"
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        inputMode="url"
        spellCheck={false}
      />
      <Button type="submit" size="sm" loading={busy} disabled={server === null}>
        {t('useServer')}
      </Button>
      <div role="alert" style={{ minHeight: '3.6em', color: 'var(--mantine-color-error)' }}>
        {failure !== null && (
          <>
            <strong>{errorText(failure).what}</strong> {errorText(failure).wayOut}
          </>
        )}
      </div>
      {done && (
        <Anchor component="button" type="button" size="xs" onClick={done}>
          {t('back')}
        </Anchor>
      )}
    </Door>
  );
}

/** The address as a URL, https where no scheme was written (http for this machine); null where it is none. */
export function serverAddress(written: string): string | null {
  const text = written.trim();
  if (text === '') return null;
  const scheme = /^(localhost|127\.0\.0\.1)([:/]|$)/.test(text) ? 'http' : 'https';
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `${scheme}://${text}`);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : null;
  } catch {
    return null;
  }
}
