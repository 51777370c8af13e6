import { beating } from '../heartbeat.ts';
import { commitTarget } from './commit-target.ts';
import { createDraft } from './create-draft.ts';
import { leaveTarget } from './leave-target.ts';
import type { PublishParts } from './parts.ts';
import { readPermalink } from './read-permalink.ts';
import { readTarget } from './read-target.ts';
import { uploadPhotos } from './upload-photos.ts';
import { witnessTarget } from './witness-target.ts';

/** The activities of the queues `publish` and `commit`. */
export const publishActivities = (parts: PublishParts) =>
  beating({
    readTarget: readTarget(parts),
    uploadPhotos: uploadPhotos(parts),
    createDraft: createDraft(parts),
    commitTarget: commitTarget(parts),
    witnessTarget: witnessTarget(parts),
    readPermalink: readPermalink(parts),
    leaveTarget: leaveTarget(parts),
  });
