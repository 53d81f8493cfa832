/** npm run bench -- NAME: prints one JSON object a line; measures and never asserts. */
import { benchMouthToEar } from './mouth-to-ear.ts';
import { benchPop } from './pop.ts';
import { benchRegister } from './register.ts';
import { benchSearch } from './search.ts';
import { benchSetup } from './setup.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  'mouth-to-ear': benchMouthToEar,
  pop: benchPop,
  register: benchRegister,
  search: benchSearch,
  setup: benchSetup,
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench)
  await bench().catch((error: unknown) => {
    // Told here: a native library that leaves by process.exit would swallow it.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  });
else {
  process.stderr.write(`npm run bench -- ${Object.keys(benches).join(' | ')}\n`);
  process.exitCode = 1;
}
