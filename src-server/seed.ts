/** `npm run seed -- --file FILE [--customers N]`: loads a centre file, and invented customers, into the base. */
import { parseArgs } from 'node:util';
import { syntheticCustomers } from '#shared/model/synthetic-customers.ts';
import { CentreFileError } from './centre/centre-fault.ts';
import type { LoadedCustomer } from './centre/centre.ts';
import { loadCentre } from './centre/load-centre.ts';
import { loadCustomers } from './centre/load-customers.ts';
import { readCentreFile } from './centre/read-centre-file.ts';
import { readConfiguration } from './configuration.ts';
import { createLog, errorFacts } from './log.ts';
import { StartProblem } from './start-problem.ts';
import { openStore } from './store/open-store.ts';

const usage = `Usage: npm run seed -- --file FILE [--customers NUMBER] [--seed NUMBER]
  --file       a centre file (YAML or JSON)
  --customers  as many invented customers beside those of the file
  --seed       other invented customers for another number (1)
The base is the one of DATABASE_URL, or the embedded one in CENTRALA_SERVER_DATA while no server uses it.
`;

async function seed(): Promise<void> {
  const { file, customers, seed } = readArguments();
  const configuration = readConfiguration(process.env);
  const centre = file === undefined ? undefined : await readCentreFile(file);
  const store = await openStore(configuration.database, createLog('warn'));
  try {
    const from = performance.now();
    if (centre) {
      const loaded = await loadCentre(store.database, centre);
      say(`${loaded.people} people, ${loaded.projects} projects, ${loaded.customers} customers`);
    }
    if (customers > 0) {
      const made = await store.database.transaction((transaction) =>
        loadCustomers(transaction, invented(customers, seed), (loaded) => {
          if (loaded % 100_000 === 0) say(`${loaded} invented customers …`);
        }),
      );
      say(`${made} invented customers`);
    }
    say(`done in ${((performance.now() - from) / 1000).toFixed(1)} s`);
  } finally {
    await store.close();
  }
}

function* invented(count: number, seed: number): Generator<LoadedCustomer> {
  for (const { customerId, version: _version, ...fields } of syntheticCustomers(count, seed))
    yield { customerId, fields, history: [] };
}

function readArguments(): { file: string | undefined; customers: number; seed: number } {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      customers: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const customers = Number(values.customers);
  const seed = Number(values.seed);
  const nothing = values.file === undefined && customers === 0;
  if (
    values.help ||
    nothing ||
    !Number.isSafeInteger(customers) ||
    customers < 0 ||
    !Number.isSafeInteger(seed)
  )
    throw new StartProblem(usage);
  return { file: values.file, customers, seed };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

seed().catch((error: unknown) => {
  if (error instanceof CentreFileError)
    process.stderr.write(`Nothing was loaded:\n${error.message}\n`);
  else if (error instanceof StartProblem || (error instanceof TypeError && 'code' in error))
    process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`Loading failed: ${JSON.stringify(errorFacts(error))}\n`);
  process.exitCode = 1;
});
