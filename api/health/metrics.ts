import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

interface Observation {
  method: string;
  route: string;
  status: number;
  seconds: number;
}

/** What Prometheus reads. Labels are route templates and statuses: no id of anybody. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'api_requests_total',
    help: 'Requests answered, by method, route template and status',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'api_request_seconds',
    help: 'Time to the answer, by method and route template',
    labelNames: ['method', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  request({ method, route, status, seconds }: Observation): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#seconds.observe({ method, route }, seconds);
  }

  read(): Promise<string> {
    return this.#registry.metrics();
  }
}
