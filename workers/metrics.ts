import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { commitSlots, type Workers } from './temporal.ts';

/** Parked and calling commits of this process. */
export const parkedCommits = (workers: Workers): number => workers.commit.getStatus().numInFlightActivities;

export interface Metrics {
  registry: Registry;
  relayed: Counter;
  reconciled: Counter<'how'>;
}

export function createMetrics(workers: Workers): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'quixess_parked_commits',
    help: `Commits that wait for their instant in this worker; ${commitSlots} at most`,
    registers: [registry],
    collect() {
      this.set(parkedCommits(workers));
    },
  });
  return {
    registry,
    relayed: new Counter({
      name: 'quixess_relayed_nudges_total',
      help: 'Nudges that the relay had to repeat, because their first sender could not give them',
      registers: [registry],
    }),
    reconciled: new Counter({
      name: 'quixess_reconciled_workflows_total',
      help: 'Workflows that were not as the entries want them: started, or told to read their row; overdue ones are told too',
      labelNames: ['how'],
      registers: [registry],
    }),
  };
}
