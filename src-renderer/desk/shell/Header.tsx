import { useTranslation } from 'react-i18next';
import { textIn } from '#shared/model/language.ts';
import { LineStatus } from '../status/LineStatus.tsx';
import { OperatorMenu } from '../status/OperatorMenu.tsx';
import { ServerStatus } from '../status/ServerStatus.tsx';
import { SoundStatus } from '../status/SoundStatus.tsx';
import { UnsentStatus } from '../status/UnsentStatus.tsx';
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
        <LineStatus />
        <ServerStatus />
        <SoundStatus />
        <UnsentStatus />
      </div>
    </header>
  );
}

/** The projects of the person; their place is taken by the news that main is gone, so that nothing moves. */
function ProjectsOrNews() {
  const { t } = useTranslation('shell');
  const language = useLanguage();
  const down = useDeskStore((state) => state.link === 'down');
  const projects = useDeskStore((state) => state.session?.projects);
  if (down)
    return (
      <div className={styles.projects} role="alert">
        <span className={styles.lost}>{t('linkLost')}</span>
      </div>
    );
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
