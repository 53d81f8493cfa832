/** What Prometheus may ask: counts and durations, never whose. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { MutationResult } from '#shared/model/mutation.ts';

export interface Metrics {
  answered(method: string, route: string, status: number, seconds: number): void;
  pushed(results: readonly MutationResult[], seconds: number): void;
  pulled(changes: number, reset: boolean): void;
  databaseFailed(): void;
  signInShut(): void;
  /** The Prometheus text and its content type. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
}

/** @param listeners how many desks listen for pokes right now. */
export function createMetrics(listeners: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({
    name: 'centrala_http_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const push = new Histogram({
    name: 'centrala_push_seconds',
    help: 'Time to answer one push',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const mutations = new Counter({
    name: 'centrala_mutations_total',
    help: 'Mutations answered: applied, or the code of the refusal',
    labelNames: ['result'],
    registers,
  });
  const pulls = new Counter({
    name: 'centrala_pulls_total',
    help: 'Pulls answered',
    labelNames: ['reset'],
    registers,
  });
  const changes = new Counter({
    name: 'centrala_changes_pulled_total',
    help: 'Changes handed to desks',
    registers,
  });
  const databaseErrors = new Counter({
    name: 'centrala_database_errors_total',
    help: 'Requests that failed because the database did',
    registers,
  });
  const shut = new Counter({
    name: 'centrala_sign_ins_shut_total',
    help: 'Sign-ins turned away because too many failed before',
    registers,
  });
  const listening = new Gauge({
    name: 'centrala_listening_desks',
    help: 'Desks that listen for pokes',
    registers,
  });
  return {
    answered: (method, route, status, seconds) => http.observe({ method, route, status }, seconds),
    pushed(results, seconds) {
      push.observe(seconds);
      for (const one of results)
        mutations.inc({ result: one.status === 'applied' ? 'applied' : one.code });
    },
    pulled(count, reset) {
      pulls.inc({ reset: String(reset) });
      changes.inc(count);
    },
    databaseFailed: () => databaseErrors.inc(),
    signInShut: () => shut.inc(),
    async text() {
      listening.set(listeners());
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}
