/**
 * `node tools/asterisk-site.ts --file CENTRE --to FOLDER`: writes the parts of Asterisk's configuration that follow from the
 * centre file (deploy/asterisk/site). Reload afterwards: `asterisk -rx "core reload"`.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { prettifyError } from 'zod';
import { CentreFile } from '#shared/model/centre-file.ts';
import { siteFiles } from './asterisk/site-files.ts';

const { values } = parseArgs({ options: { file: { type: 'string' }, to: { type: 'string' } } });
if (values.file === undefined || values.to === undefined) {
  console.error('Say: node tools/asterisk-site.ts --file CENTRE --to FOLDER');
  process.exit(2);
}
const read = CentreFile.safeParse(parse(await readFile(values.file, 'utf8')));
if (!read.success) {
  console.error(`${values.file}: ${prettifyError(read.error)}`);
  process.exit(1);
}
await mkdir(values.to, { recursive: true });
for (const [name, text] of Object.entries(siteFiles(read.data))) {
  const file = path.join(values.to, name);
  await writeFile(file, text, { mode: 0o640 });
  // The secrets of the lines: not for everybody, also where the file was there before.
  await chmod(file, 0o640);
  console.log(file);
}
