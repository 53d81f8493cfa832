/** npm run bench -- NAME: prints one JSON object a line; measures and never asserts. */
import { benchLoss } from './loss.ts';
import { benchMouthToEar } from './mouth-to-ear.ts';
import { benchPop } from './pop.ts';
import { benchRegister } from './register.ts';
import { benchSearch } from './search.ts';
import { benchSetup } from './setup.ts';
import { benchSoak } from './soak.ts';
import { benchStart } from './start.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  loss: benchLoss,
  'mouth-to-ear': benchMouthToEar,
  pop: benchPop,
  register: benchRegister,
  search: benchSearch,
  setup: benchSetup,
  soak: benchSoak,
  start: benchStart,
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
