import { beating } from '../heartbeat.ts';
import { commentTarget } from './comment-target.ts';
import { commitTarget } from './commit-target.ts';
import { deleteTarget } from './delete-target.ts';
import { discardLeftovers } from './discard-leftovers.ts';
import { editTarget } from './edit-target.ts';
import { leaveTarget } from './leave-target.ts';
import type { PublishParts } from './parts.ts';
import { prepareTarget } from './prepare-target.ts';
import { readPermalink } from './read-permalink.ts';
import { readTarget } from './read-target.ts';
import { witnessTarget } from './witness-target.ts';

/** The activities of the queues `publish` and `commit`. */
export function publishActivities(parts: PublishParts) {
  const [prepareAhead, prepareLast] = [prepareTarget(parts, 'ahead'), prepareTarget(parts, 'last')];
  return beating({
    readTarget: readTarget(parts),
    prepareAhead,
    prepareLast,
    commitTarget: commitTarget(parts),
    witnessTarget: witnessTarget(parts),
    readPermalink: readPermalink(parts),
    discardLeftovers: discardLeftovers(parts),
    commentTarget: commentTarget(parts),
    deleteTarget: deleteTarget(parts),
    editTarget: editTarget(parts),
    leaveTarget: leaveTarget(parts),
    // As runs that began when only posts of Pages were published know them.
    uploadPhotos: prepareAhead,
    createDraft: prepareLast,
  });
}
