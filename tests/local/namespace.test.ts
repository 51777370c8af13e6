import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { eventually } from '../stack/eventually.ts';
import { freshNamespace } from '../stack/namespace.ts';

test('a workflow started in a fresh namespace is found by our search attributes there, and nowhere else', async () => {
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const [mine, others] = await Promise.all([freshNamespace(address), freshNamespace(address)]);
  const clients = [mine, others].map((namespace) => new Client({ connection, namespace }));
  const typedSearchAttributes = [{ key: searchAttributes.tenantId, value: 'tenant' }];
  await clients[0]?.workflow.start('any', { workflowId: 'any', taskQueue: 'any', typedSearchAttributes });
  const counts = () => Promise.all(clients.map((client) => client.workflow.count("TenantId = 'tenant'")));
  await eventually(async () => (await counts())[0]?.count === 1, { what: 'the workflow to be counted' });
  expect((await counts()).map(({ count }) => count)).toEqual([1, 0]);
  await connection.close();
});
