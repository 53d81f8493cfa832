import { textIn } from '#shared/model/language.ts';
import { useShallow } from 'zustand/react/shallow';
import { LineStatus } from '../status/LineStatus.tsx';
import { MailboxStatus } from '../status/MailboxStatus.tsx';
import { OperatorMenu } from '../status/OperatorMenu.tsx';
import { ServerStatus } from '../status/ServerStatus.tsx';
import { SoundStatus } from '../status/SoundStatus.tsx';
import { UnsentStatus } from '../status/UnsentStatus.tsx';
import { whatIsHappening, type Seen } from '../status/what-is-happening.ts';
import { WhatIsHappening } from '../status/WhatIsHappening.tsx';
import { useDeskStore } from '../state/desk-store.ts';
import { projectColour } from '../ui/project-colour.ts';
import { useLanguage } from '../ui/use-language.ts';
import styles from './Shell.module.css';

export function Header() {
  return (
    <header className={styles.header}>
      <OperatorMenu />
      <ProjectsOrNews />
      <div className={styles.states}>
        <MailboxStatus />
        <LineStatus />
        <ServerStatus />
        <SoundStatus />
        <UnsentStatus />
      </div>
    </header>
  );
}

/** The projects of the person; their place is taken by what is going on, so that nothing moves. */
function ProjectsOrNews() {
  const language = useLanguage();
  const projects = useDeskStore((state) => state.session?.projects);
  const seen = useDeskStore(
    useShallow((state): Seen => {
      const { link, line, audio, sync, calls, order, talked } = state;
      const { readyWithoutGear, deviceLabels } = state;
      return { link, line, audio, sync, calls, order, talked, readyWithoutGear, deviceLabels };
    }),
  );
  const happening = whatIsHappening(seen);
  if (happening) return <WhatIsHappening happening={happening} />;
  return (
    <div className={styles.projects}>
      {projects?.map((project) => (
        <span key={project.projectId} title={textIn(project.name, language)}>
          <i style={{ background: projectColour(project) }} />
          <b>{textIn(project.name, language)}</b>
        </span>
      ))}
    </div>
  );
}
