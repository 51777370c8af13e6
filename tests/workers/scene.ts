import { Client, Connection } from '@temporalio/client';
import { Page } from '../publish/page.ts';
import { type Stack, startStack } from '../stack/stack.ts';

export interface Scene {
  stack: Stack;
  page: Page;
  tenant: string;
  /** Of the Temporal of the stack. */
  client: Client;
  stop(): Promise<void>;
}

/** A whole stack whose member has connected a Page, and a look at its workflows. */
export async function startScene(): Promise<Scene> {
  const stack = await startStack();
  const page = await Page.connect(stack);
  const { body } = await stack.member.get<{ tenant: string }>('/v1/me');
  const connection = await Connection.connect({ address: stack.temporal.address });
  const client = new Client({ connection, namespace: stack.temporal.namespace });
  const stop = async () => {
    await connection.close();
    await stack.stop();
  };
  return { stack, page, tenant: body.tenant, client, stop };
}
