/** The central base as an auditor sees it: read with SQL from the real PostgreSQL, past the server. */
import { Client } from 'pg';

export interface OrderRow {
  readonly order_id: string;
  readonly call_id: string;
  readonly project_id: string;
  readonly customer: string | null;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly said: Readonly<Record<string, string>>;
  readonly amount_due_cents: string | null;
}

export interface CallRow {
  readonly number: string | null;
  readonly queue: string | null;
  readonly outcome: string | null;
  readonly end: string;
  readonly waited_seconds: number | null;
}

export interface StampRow {
  readonly username: string;
  readonly checks: readonly { readonly name: string; readonly state: string }[];
}

export interface CentralRows extends AsyncDisposable {
  ordersOf(street: string): Promise<readonly OrderRow[]>;
  callsOf(callId: string): Promise<readonly CallRow[]>;
  /** Attendance, newest last. */
  stamps(): Promise<readonly StampRow[]>;
}

export async function readCentralRows(url: string): Promise<CentralRows> {
  const client = new Client(url);
  await client.connect();
  return {
    async ordersOf(street) {
      const { rows } = await client.query<OrderRow>(
        `select o.*, c.name as customer from orders o left join customers c using (customer_id)
         where o.answers->>'street' = $1`,
        [street],
      );
      return rows;
    },
    async callsOf(callId) {
      const { rows } = await client.query<CallRow>('select * from calls where call_id = $1', [
        callId,
      ]);
      return rows;
    },
    async stamps() {
      const { rows } = await client.query<StampRow>(
        `select u.username, s.checks from attendance_stamps s join users u on u.id = s.user_id order by s.at`,
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
