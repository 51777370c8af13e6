import { v7 as uuidv7 } from 'uuid';
import { want } from '../../db/control/workflows/want.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Place } from './place.ts';

/** A post that is scheduled as the API does it. @returns its target */
export async function scheduled(
  { parts: { control, tenants } }: Place,
  { tenant, account, dueInMs }: { tenant: string; account: string; dueInMs: number },
): Promise<string> {
  const [post, id] = [uuidv7(), uuidv7()];
  const publish_at = new Date(Date.now() + dueInMs);
  const revision = (await want(control, { id: publishId(tenant, id), tenant, dueAt: publish_at })) ?? 0;
  await tenants.use(tenant, async (db) => {
    await db.insertInto('posts').values({ id: post, text: 'A post', publish_at, created_by: uuidv7() }).execute();
    await db.insertInto('targets').values({ id, post, account, kind: 'feed', state: 'scheduled', revision }).execute();
  });
  return id;
}
