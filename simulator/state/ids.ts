import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** Digits only, as long as Meta's, never beginning with a zero. */
function digits(prefix: string, length: number): string {
  const eight = () => String(randomInt(100_000_000)).padStart(8, '0');
  return `${prefix}${eight()}${eight()}`.slice(0, length);
}

export const newPersonId = () => digits('1022', 17);
export const newPageId = () => digits('6155', 17);
export const newInstagramId = () => digits('17841', 17);
export const newBusinessId = () => digits('3355', 16);
export const newPhotoId = () => digits('122', 18);
export const newPostId = (pageId: string) => `${pageId}_${digits('122', 18)}`;
export const newStoryId = () => digits('122', 18);
export const newVideoId = () => digits('77', 16);
export const newUploadSessionId = () => digits('66', 16);
export const newContainerId = () => digits('1788', 17);
export const newMediaId = () => digits('1802', 17);
export const newCommentId = (objectId: string) => `${objectId.slice(objectId.indexOf('_') + 1)}_${digits('44', 16)}`;
export const newInstagramCommentId = () => digits('1795', 17);
export const newShortcode = () => `D${alphanumeric(10)}`;

/** Looks like Meta's, so that whatever recognises tokens by their shape recognises these. */
export const newToken = () => `EAA${alphanumeric(180)}`;
export const newCode = () => `AQ${alphanumeric(120)}`;
/** What an answer carries so that support could find it. */
export const newTraceId = () => `A${randomUUID().replaceAll('-', '').slice(0, 22)}`;

function alphanumeric(length: number): string {
  let text = '';
  while (text.length < length)
    text += randomBytes(length)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  return text.slice(0, length);
}
