import { eventually } from '../stack/eventually.ts';
import type { Page, Post, Target } from './page.ts';

/** The target once nobody is at deleting it any more. */
export const deletionOver = (page: Page, post: Pick<Post, 'id'>): Promise<Target> =>
  eventually(
    async () => {
      const target = await page.target(post);
      if (target.state !== 'deleting') return target;
      throw new Error('it is still deleting');
    },
    { what: 'the deletion to be over' },
  );
