import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';

/** What is wrong, in words; empty when nothing is. */
export type Readiness = () => Promise<string[]>;

/** `/healthz`, `/readyz` and `/metrics` of a worker, on loopback. */
export async function serveHealth(port: number, registry: Registry, readiness: Readiness): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = await answerTo(request.url ?? '', registry, readiness);
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function answerTo(path: string, registry: Registry, readiness: Readiness) {
  const json = 'application/json';
  if (path === '/healthz') return { status: 200, type: json, body: '{"status":"alive"}' };
  if (path === '/metrics') return { status: 200, type: registry.contentType, body: await registry.metrics() };
  if (path !== '/readyz') return { status: 404, type: json, body: '{}' };
  const problems = await readiness();
  return {
    status: problems.length ? 503 : 200,
    type: json,
    body: JSON.stringify({ ready: !problems.length, problems }),
  };
}
