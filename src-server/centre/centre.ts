/** A centre file that was read and found sound: numbers are E.164, defaults are filled in, customers have their ids. */
import type { CentreFile } from '#shared/model/centre-file.ts';
import type { CustomerFields } from '#shared/model/customer.ts';
import type { Project } from '#shared/model/project.ts';
import type { TimelineEntry } from '#shared/model/timeline.ts';

export interface Centre {
  readonly organisation: CentreFile['organisation'];
  readonly exchange: CentreFile['exchange'];
  readonly people: CentreFile['people'];
  readonly projects: readonly Project[];
  readonly scripts: CentreFile['scripts'];
  readonly forms: CentreFile['forms'];
  readonly customers: readonly LoadedCustomer[];
  readonly csv: {
    readonly path: string;
    readonly shown: string;
    readonly separator: string;
  } | null;
}

export interface LoadedCustomer {
  readonly customerId: string;
  /** Only what the file says: what it leaves out stays as it is. */
  readonly fields: Partial<CustomerFields> & Pick<CustomerFields, 'name' | 'numbers'>;
  readonly history: readonly TimelineEntry[];
}
