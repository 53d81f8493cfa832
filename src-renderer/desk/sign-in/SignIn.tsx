/** sign-in: who sits here, and on the first run which server. */
import { Anchor, Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../rpc/desk-client.ts';
import { useDeskStore, useDeskStoreApi } from '../state/desk-store.ts';
import { gearMissing } from '../state/gear-missing.ts';
import { useErrorText } from '../ui/use-error-text.ts';
import { Door } from './Door.tsx';
import { FirstRun } from './FirstRun.tsx';

export function SignIn() {
  const [elsewhere, setElsewhere] = useState(false);
  return elsewhere ? (
    <FirstRun done={() => setElsewhere(false)} />
  ) : (
    <SignInForm goElsewhere={() => setElsewhere(true)} />
  );
}

function SignInForm({ goElsewhere }: { readonly goElsewhere: () => void }) {
  const { t } = useTranslation('sign-in');
  const desk = useDesk();
  const store = useDeskStoreApi();
  const errorText = useErrorText();
  const session = useDeskStore((state) => state.session);
  const linkDown = useDeskStore((state) => state.link === 'down');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [ready, setReady] = useState(true);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const usernameField = useRef<HTMLInputElement>(null);
  useEffect(() => usernameField.current?.focus(), []);
  const submit = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { audio } = store.getState();
      const inOrder = !gearMissing(audio);
      await desk.session.signIn({ username: username.trim(), password, ready: ready && inOrder });
      store.setState({ readyWithoutGear: ready && !inOrder ? 'asked' : null });
    } catch (error) {
      setFailure(error);
      setPassword('');
      passwordField.current?.focus();
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() !== '' && password !== '' && !busy) void submit();
  };
  return (
    <Door title={session?.organisation ?? t('title')} onSubmit={onSubmit}>
      <TextInput
        ref={usernameField}
        label={t('username')}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
      />
      <PasswordInput
        ref={passwordField}
        label={t('password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
      />
      <Checkbox
        label={t('readyAtOnce')}
        checked={ready}
        onChange={(event) => setReady(event.currentTarget.checked)}
      />
      <Button type="submit" size="sm" loading={busy || session?.phase === 'signing-in'}>
        {t('signIn')}
      </Button>
      <div role="alert" style={{ minHeight: '3.6em', color: 'var(--mantine-color-error)' }}>
        {failure !== null && (
          <>
            <strong>{errorText(failure).what}</strong> {errorText(failure).wayOut}
          </>
        )}
        {failure === null && linkDown && t('linkDown')}
      </div>
      <div style={{ color: 'var(--mantine-color-dimmed)' }}>
        {t('server', { server: session?.server ?? '' })}{' '}
        <Anchor component="button" type="button" size="xs" onClick={goElsewhere}>
          {t('otherServer')}
        </Anchor>
      </div>
    </Door>
  );
}
