import { Tooltip, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Screen } from '../state/desk-state.ts';
import { useDeskStoreApi } from '../state/desk-store.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { StateMark, type Tone } from '../ui/StateMark.tsx';
import styles from './Status.module.css';

/** One fact in the header: icon, word, and a mark whose shape tells the state; leads to the screen that tells more. */
export function StatusItem({
  icon,
  tone,
  text,
  meaning,
  leadsTo,
  children,
}: {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly text: string;
  /** The whole story, shown on hover and focus. */
  readonly meaning: ReactNode;
  readonly leadsTo: Screen;
  readonly children?: ReactNode;
}) {
  const store = useDeskStoreApi();
  return (
    <Tooltip
      multiline
      maw={360}
      label={meaning}
      events={{ hover: true, focus: true, touch: false }}
    >
      <UnstyledButton
        className={styles.item}
        data-tone={tone}
        onClick={() => store.setState({ screen: leadsTo })}
      >
        <Icon name={icon} size={15} />
        <span>{text}</span>
        <StateMark tone={tone} />
        {children}
      </UnstyledButton>
    </Tooltip>
  );
}
