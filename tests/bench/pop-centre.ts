/** The central server of the bench, a thread of its own: signs in, gives the demo projects, and keeps a pull going when told. */
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { Change } from '#shared/model/change.ts';
import type { Customer } from '#shared/model/customer.ts';
import type { LineAccount } from '#shared/model/line.ts';
import { readCentreFile } from '../../src-server/centre/read-centre-file.ts';
import { fakeCentral } from '../support/fake-central.ts';

const demo = join(import.meta.dirname, '..', '..', 'assets', 'centres', 'demo.yaml');
/** The desk asks for pages of a thousand. */
const page = 1000;
const pagesAhead = 4;

export interface PopCentre extends AsyncDisposable {
  readonly address: string;
  /** Customers that change from now on, without a pause: the desk never comes to the end of its pull. */
  changeAll(customers: readonly Customer[]): void;
  rest(): void;
}

export async function startPopCentre(line: LineAccount): Promise<PopCentre> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: line });
  const address = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    address,
    changeAll: (customers) => worker.postMessage(customers),
    rest: () => worker.postMessage([]),
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

async function serve(line: LineAccount): Promise<void> {
  const central = await fakeCentral();
  const { projects, scripts, forms } = await readCentreFile(demo);
  central.addPerson(
    {
      userId: 'u-ana',
      username: 'ana',
      name: 'Ana Kovač',
      role: 'operator',
      organisation: 'Centrala',
      line,
      projectIds: projects.map(({ projectId }) => projectId),
      serverTime: new Date().toISOString(),
    },
    'centrala-demo',
  );
  const first: readonly Change[] = [
    ...scripts.map((body) => ({ entity: 'script', id: body.scriptId, body }) as const),
    ...forms.map((body) => ({ entity: 'form', id: body.formId, body }) as const),
    ...projects.map((body) => ({ entity: 'project', id: body.projectId, body }) as const),
  ];
  central.change(...first);

  let customers: readonly Customer[] = [];
  let changed = 0;
  let given = 0;
  let pulledBefore = 0;
  parentPort?.on('message', (told: readonly Customer[]) => {
    customers = told;
    given = 0;
    pulledBefore = central.pulls;
  });
  setInterval(() => {
    if (customers.length === 0 || given - (central.pulls - pulledBefore) >= pagesAhead) return;
    given++;
    central.change(
      ...Array.from({ length: page }, (): Change => {
        const body = changedCustomer(customers, changed++);
        return { entity: 'customer', id: body.customerId, body };
      }),
    );
  }, 20);
  parentPort?.postMessage(central.address);
}

/** Every time round another address and another note. */
function changedCustomer(customers: readonly Customer[], at: number): Customer {
  const body = customers[at % customers.length];
  if (!body) throw new Error('no customers to change');
  const round = Math.floor(at / customers.length) + 1;
  return {
    ...body,
    version: body.version + round,
    address: {
      street: `Slovenska cesta ${round}`,
      postCode: '1000',
      town: 'Ljubljana',
      country: 'SI',
    },
    note: `Sprememba ${round}`,
  };
}

if (!isMainThread) await serve(workerData as LineAccount);
