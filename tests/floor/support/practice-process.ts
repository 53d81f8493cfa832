/** The practice exchange as `npm start` runs it. */
import path from 'node:path';
import { freeTcpPort } from './ports.ts';
import { startService, type Service } from './service.ts';

export interface PracticeOptions {
  readonly repository: string;
  readonly folder: string;
  readonly centre: string;
}

export async function startPractice(options: PracticeOptions): Promise<Service> {
  return startService({
    program: 'src-practice/main.ts',
    repository: options.repository,
    logFile: path.join(options.folder, 'practice.log'),
    env: {
      CENTRALA_CENTRE: options.centre,
      CENTRALA_PRACTICE_PORT: String(await freeTcpPort()),
    },
  });
}
