import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textIn } from '#shared/model/language.ts';
import type { Project } from '#shared/model/project.ts';
import { useDesk } from '../../rpc/desk-client.ts';
import { useDeskStore } from '../../state/desk-store.ts';
import { useCommand } from '../../ui/use-command.tsx';
import { useLanguage } from '../../ui/use-language.ts';

const noProjects: never[] = [];

/** A call without a script: its project has none, or the operator names the project. */
export function ProjectPicker({
  callId,
  project,
}: {
  readonly callId: string;
  readonly project: Project | null;
}) {
  const { t } = useTranslation('card');
  const desk = useDesk();
  const command = useCommand();
  const language = useLanguage();
  const projects = useDeskStore((state) => state.session?.projects) ?? noProjects;
  if (project)
    return (
      <Text size="sm" c="var(--mantine-color-dimmed)">
        {t('noScript')}
      </Text>
    );
  return (
    <Select
      size="xs"
      label={t('whichProject')}
      data={projects.map((one) => ({ value: one.projectId, label: textIn(one.name, language) }))}
      value={null}
      onChange={(projectId) => {
        if (projectId !== null) void command(() => desk.calls.chooseProject({ callId, projectId }));
      }}
    />
  );
}
