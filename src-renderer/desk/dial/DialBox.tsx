/** dial: a number as a person writes it, and the project it is called for. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '#shared/model/call-history.ts';
import { dialTarget, type NumberPlan } from '#shared/model/dial-target.ts';
import { textIn } from '#shared/model/language.ts';
import { formatNumber } from '#shared/model/phone-number.ts';
import { useDesk } from '../rpc/desk-client.ts';
import type { DialWish } from '../state/desk-state.ts';
import { useDeskStore } from '../state/desk-store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Key } from '../ui/Key.tsx';
import { useCommand } from '../ui/use-command.tsx';
import { useHotkey } from '../ui/use-hotkey.ts';
import { isTyping } from '../ui/is-typing.ts';
import { useLanguage } from '../ui/use-language.ts';
import styles from './DialBox.module.css';

const noProjects: readonly never[] = [];

export function DialBox() {
  const { t } = useTranslation('dial');
  const language = useLanguage();
  const desk = useDesk();
  const command = useCommand();
  const projects = useDeskStore((state) => state.session?.projects ?? noProjects);
  const plan = useDeskStore((state) => state.session?.numberPlan ?? null);
  const [number, setNumber] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLFormElement>(null);
  const wish = useDeskStore((state) => state.dialWish);
  const lastDialled = useDeskStore(({ history }) => lastNumber(history.entries));
  const [waits, setWaits] = useState(false);
  const goToField = () => {
    field.current?.focus();
    field.current?.select();
  };
  const takeWish = ({ id, written }: DialWish) => {
    setNumber(written);
    setWaits(false);
    // The text is selected once it is there.
    requestAnimationFrame(goToField);
    void command(() => desk.calls.dialWishSeen({ id }));
  };
  const latestTake = useRef(takeWish);
  useEffect(() => {
    latestTake.current = takeWish;
  });
  useEffect(() => {
    if (!wish) return;
    // A link never takes the focus from somebody who types: then F7 does.
    if (isTyping(document.activeElement) && document.activeElement !== field.current)
      setWaits(true);
    else latestTake.current(wish);
  }, [wish]);
  useHotkey('F7', () => {
    if (waits && wish) takeWish(wish);
    else goToField();
  });
  const project = projects.find((one) => one.projectId === chosen) ?? projects[0];
  const region = plan?.region ?? 'SI';
  const dial = async () => {
    setBusy(true);
    const projectId = project?.projectId ?? null;
    const dialled = await command(() => desk.calls.dial({ number, projectId, customerId: null }));
    if (dialled) {
      setNumber('');
      // The digits that follow are the script's.
      box.current?.querySelector<HTMLElement>(':focus')?.blur();
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (number.trim() !== '') void dial();
    else if (lastDialled !== null) setNumber(lastDialled);
  };
  return (
    <form ref={box} className={styles.box} onSubmit={onSubmit} aria-label={t('title')}>
      {waits && wish && (
        <output className={styles.wish}>
          <span>{t('wish', { number: wish.written })}</span>
          <Button size="compact-sm" rightSection={<Key name="F7" />} onClick={() => takeWish(wish)}>
            {t('takeWish')}
          </Button>
        </output>
      )}
      <TextInput
        ref={field}
        label={
          <>
            {t('number')} <Key name="F7" />
          </>
        }
        type="tel"
        autoComplete="off"
        placeholder={t('example')}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('project')}
        value={project?.projectId ?? ''}
        data={projects.map((one) => ({ value: one.projectId, label: textIn(one.name, language) }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <div className={styles.understood} aria-live="polite">
        {number.trim() === '' && lastDialled !== null && (
          <span className={styles.last}>
            {t('last', { number: formatNumber(lastDialled, region) })}
          </span>
        )}
        {number.trim() !== '' && plan !== null && hint(number, plan, t)}
      </div>
      <Button
        type="submit"
        variant="default"
        loading={busy}
        disabled={number.trim() === '' && lastDialled === null}
        leftSection={<Icon name="call" />}
      >
        {t('call')}
      </Button>
    </form>
  );
}

/** What main will dial, by main's own rule. */
function hint(written: string, plan: NumberPlan, t: TFunction<'dial'>): string {
  const found = dialTarget(written, plan);
  if (!found) return t('notYet');
  return found.number === null
    ? t('asWritten', { number: found.target })
    : t('willCall', { number: formatNumber(found.number, plan.region) });
}

/** The number last dialled here, as it was written; not a colleague who was only asked about a call. */
function lastNumber(entries: readonly HistoryEntry[]): string | null {
  const last = entries.find(({ direction, consult }) => direction === 'out' && !consult);
  return last?.party.number ?? last?.party.written ?? null;
}
