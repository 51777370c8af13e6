import { z } from 'zod';
import { answered, ok, raw } from '../http/answer.ts';
import { type RawContent, route } from '../http/route.ts';

const Findings = z
  .object({
    ready: z.boolean(),
    database: z.boolean(),
    temporal: z.boolean(),
    queues: z.record(z.string(), z.boolean()).meta({ description: 'whether a worker polls each task queue' }),
  })
  .meta({ id: 'Readiness' });

export const healthz = route(
  {
    method: 'get',
    path: '/healthz',
    summary: 'Is this process alive?',
    role: 'public',
    answers: { 200: z.object({ alive: z.literal(true) }) },
  },
  async () => ok({ alive: true as const }),
);

export const readyz = route(
  {
    method: 'get',
    path: '/readyz',
    summary: 'Is everything there: database, Temporal, a worker on every task queue?',
    role: 'public',
    answers: { 200: Findings, 503: Findings },
  },
  async ({ parts }) => {
    const findings = await parts.readiness.look();
    return findings.ready ? ok(findings) : answered(503, findings);
  },
);

const metricsText: RawContent = { contentType: 'text/plain; version=0.0.4', description: 'For Prometheus.' };

export const metrics = route(
  { method: 'get', path: '/metrics', summary: 'Figures for Prometheus', role: 'public', answers: { 200: metricsText } },
  async ({ parts }) => raw(200, await parts.metrics.read()),
);
