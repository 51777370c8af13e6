import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphClient } from '../../activities/graph/client.ts';

export interface Call {
  method: string;
  path: string;
  params: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  bodyBytes: number;
}

/** What Meta answers; without a status it is 200. */
export type Said = Record<string, unknown> | { status: number; body: Record<string, unknown> };

export const refusal = (code: number, subcode: number): Said => ({
  status: 400,
  body: { error: { code, error_subcode: subcode, message: 'no' } },
});

/** Something that answers calls as a test says, and a client for it: for what the simulator never says. */
export async function scriptedMeta() {
  let answer: (call: Call) => Said = () => ({});
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://meta');
    const params = Object.fromEntries([...searchParams, ...new URLSearchParams(body.toString('latin1'))]);
    const path = pathname.replace(/\/v[\d.]+\//, '/');
    const call = { method: request.method ?? '', path, params, headers: request.headers, bodyBytes: body.length };
    calls.push(call);
    const said = answer(call);
    const { status, body: told } = 'status' in said && 'body' in said ? said : { status: 200, body: said };
    response.writeHead(Number(status), { 'content-type': 'application/json' }).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const graph = new GraphClient({ graphUrl, appId: '42', appSecret: 'a-secret-of-the-app' });
  return {
    graph,
    /** Since it was last told what to answer. */
    calls,
    answers: (by: (call: Call) => Said) => {
      calls.length = 0;
      answer = by;
    },
    close: async () => {
      await graph.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
