import { Client, Connection } from '@temporalio/client';
import { publishId } from '../../workflows/ids.ts';
import { Page } from '../publish/page.ts';
import { startStack } from '../stack/stack.ts';
import { actionsOf } from './actions.ts';

/** Actions that so many scheduled posts cost, every other one with a photo. */
export async function measureBusy(posts: number): Promise<number> {
  const stack = await startStack();
  const connection = await Connection.connect({ address: stack.temporal.address });
  try {
    const page = await Page.connect(stack);
    const scheduled = [];
    for (let n = 0; n < posts; n++) {
      const media = n % 2 ? [{ id: await page.upload() }] : [];
      scheduled.push(await page.schedule({ dueInMs: 10_000, media }));
    }
    const [tenant] = await stack.control.control.selectFrom('tenants').select('id').execute();
    const client = new Client({ connection, namespace: stack.temporal.namespace });
    let actions = 0;
    for (const post of scheduled) {
      await page.becomes(post, 'published', 60_000);
      const handle = client.workflow.getHandle(publishId(tenant?.id ?? '', post.targets[0].id));
      await handle.result();
      actions += actionsOf(await handle.fetchHistory());
    }
    return actions;
  } finally {
    await connection.close();
    await stack.stop();
  }
}
