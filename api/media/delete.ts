import { deleteFile } from '../../db/tenant/media/files.ts';
import { removeMedia } from '../../db/tenant/media/remove.ts';
import { audit } from '../audit/write.ts';
import { noContent } from '../http/answer.ts';
import { describeError } from '../http/errors.ts';
import { Problem, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { ById } from '../shapes.ts';

export const deleteMedia = route(
  {
    method: 'delete',
    path: '/v1/media/{id}',
    summary: 'Delete an uploaded file',
    description:
      'Not while a post may still be published with it. Posts that are over are shown without it afterwards; at Meta nothing changes. Its address is good for nothing from now on; the bytes of a file that came within the last hour are deleted by the end of the next, and take room until then.',
    role: 'editor',
    params: ById,
    answers: { 204: nothing, 404: Problem, 409: Problem },
  },
  async ({ parts: { media: store, log }, tenant, db, caller, params }) => {
    const removed = await db.transaction().execute(async (tx) => {
      const outcome = await removeMedia(tx, params.id);
      if (outcome.is === 'removed') await audit(tx, caller, { action: 'media.deleted', subject: params.id });
      return outcome;
    });
    if (removed.is === 'absent') return refuse('not-found', 'There is no such media.');
    if (removed.is === 'needed') return refuse('conflict', neededBy(removed.posts));
    for (const sha256 of removed.files)
      await deleteFile(db, store, { tenant, sha256 }).catch((error) =>
        log.warn(describeError(error), 'the bytes of a deleted file are left to the next tidying'),
      );
    return noContent();
  },
);

const NAMED_AT_MOST = 3;

function neededBy(posts: string[]): string {
  const named = posts.slice(0, NAMED_AT_MOST).join(', ');
  const others = posts.length > NAMED_AT_MOST ? ` and ${posts.length - NAMED_AT_MOST} more` : '';
  return posts.length === 1
    ? `The post ${named} may still be published with it. Change or cancel that post first.`
    : `The posts ${named}${others} may still be published with it. Change or cancel them first.`;
}
