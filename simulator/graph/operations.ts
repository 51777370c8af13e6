import { notFound, unknownField } from '../errors.ts';
import { accounts } from './accounts.ts';
import { businesses, pagesHeld, readBusiness } from './businesses.ts';
import type { Call, CallName } from './call.ts';
import {
  comments,
  createComment,
  createInstagramComment,
  instagramComments,
  readComment,
  removeComment,
} from './comments.ts';
import { createFeedPost, feed, publishedPosts } from './feed.ts';
import type { Node } from './find-node.ts';
import { readContainer } from './instagram/container.ts';
import { createMediaContainer } from './instagram/create-container.ts';
import { changeMedia, listInstagramStories, listMedia, readMedia, removeMedia } from './instagram/media.ts';
import { publishContainer } from './instagram/publish.ts';
import { contentPublishingLimit } from './instagram/quota.ts';
import { permissions, revokePermissions } from './permissions.ts';
import { changePhoto, readPhoto, removePhoto } from './photo.ts';
import { photos, uploadPhoto } from './photos.ts';
import { changePost, readPost, removePost } from './post.ts';
import { readInstagram, readPage, readPerson } from './read-node.ts';
import { subscribeApp, subscribedApps, unsubscribeApp } from './subscribed-apps.ts';
import { listReels, publishReel } from './video/reels.ts';
import { listStories, publishPhotoStory, publishVideoStory } from './video/stories.ts';
import { changeVideo, readVideo, removeVideo } from './video/video.ts';
import { listUploadedVideos, publishVideo } from './video/videos.ts';

type Subject<Type extends Node['type']> = Extract<Node, { type: Type }>['subject'];

interface Operation<Type extends Node['type']> {
  name: CallName | ((call: Call) => CallName);
  run: (call: Call, subject: Subject<Type>) => unknown;
}

type Operations = { [Type in Node['type']]: { typeName: string; calls: Readonly<Record<string, Operation<Type>>> } };

/** Everything that can be called, per kind of object: the object itself, and its edges. */
const operations: Operations = {
  person: {
    typeName: 'User',
    calls: {
      GET: { name: 'readPerson', run: readPerson },
      'GET accounts': { name: 'accounts', run: accounts },
      'GET businesses': { name: 'businesses', run: businesses },
      'GET permissions': { name: 'permissions', run: permissions },
      'DELETE permissions': { name: 'revokePermissions', run: revokePermissions },
    },
  },
  page: {
    typeName: 'Page',
    calls: {
      GET: { name: 'readPage', run: readPage },
      'GET feed': { name: 'listPosts', run: feed },
      'GET posts': { name: 'listPosts', run: publishedPosts },
      'GET published_posts': { name: 'listPosts', run: publishedPosts },
      'GET photos': { name: 'listPhotos', run: photos },
      'GET subscribed_apps': { name: 'readSubscription', run: subscribedApps },
      'POST feed': { name: 'createPost', run: createFeedPost },
      'POST photos': { name: 'uploadPhoto', run: uploadPhoto },
      'GET videos': { name: 'listVideos', run: listUploadedVideos },
      'GET video_reels': { name: 'listVideos', run: listReels },
      'GET stories': { name: 'listStories', run: listStories },
      'POST videos': { name: byPhase('videoStart', 'videoTransfer', 'videoFinish'), run: publishVideo },
      'POST video_reels': { name: byPhase('reelStart', 'reelStart', 'reelFinish'), run: publishReel },
      'POST video_stories': {
        name: byPhase('videoStoryStart', 'videoStoryStart', 'videoStoryFinish'),
        run: publishVideoStory,
      },
      'POST photo_stories': { name: 'photoStory', run: publishPhotoStory },
      'POST subscribed_apps': { name: 'subscribe', run: subscribeApp },
      'DELETE subscribed_apps': { name: 'unsubscribe', run: unsubscribeApp },
    },
  },
  business: {
    typeName: 'Business',
    calls: {
      GET: { name: 'readBusiness', run: readBusiness },
      'GET owned_pages': { name: 'businessPages', run: pagesHeld('owned') },
      'GET client_pages': { name: 'businessPages', run: pagesHeld('client') },
    },
  },
  instagram: {
    typeName: 'IGUser',
    calls: {
      GET: { name: 'readInstagram', run: readInstagram },
      'GET media': { name: 'listMedia', run: listMedia },
      'GET stories': { name: 'listStories', run: listInstagramStories },
      'GET content_publishing_limit': { name: 'contentPublishingLimit', run: contentPublishingLimit },
      'POST media': { name: 'createContainer', run: createMediaContainer },
      'POST media_publish': { name: 'publishContainer', run: publishContainer },
    },
  },
  container: { typeName: 'IGContainer', calls: { GET: { name: 'readContainer', run: readContainer } } },
  media: {
    typeName: 'IGMedia',
    calls: {
      GET: { name: 'readMedia', run: readMedia },
      POST: { name: 'editMedia', run: changeMedia },
      DELETE: { name: 'deleteMedia', run: removeMedia },
      'GET comments': { name: 'listComments', run: instagramComments },
      'POST comments': { name: 'comment', run: createInstagramComment },
    },
  },
  post: {
    typeName: 'Post',
    calls: {
      GET: { name: 'readPost', run: readPost },
      POST: { name: ({ params }) => (params.boolean('is_published') ? 'publish' : 'editPost'), run: changePost },
      DELETE: { name: 'deletePost', run: removePost },
      'GET comments': { name: 'listComments', run: comments },
      'POST comments': { name: 'comment', run: createComment },
    },
  },
  video: {
    typeName: 'Video',
    calls: {
      GET: { name: 'readVideo', run: readVideo },
      POST: { name: 'editVideo', run: changeVideo },
      DELETE: { name: 'deleteVideo', run: removeVideo },
    },
  },
  comment: {
    typeName: 'Comment',
    calls: {
      GET: { name: 'readComment', run: readComment },
      DELETE: { name: 'deleteComment', run: removeComment },
    },
  },
  photo: {
    typeName: 'Photo',
    calls: {
      GET: { name: 'readPhoto', run: readPhoto },
      POST: { name: 'editPost', run: changePhoto },
      DELETE: { name: 'deletePhoto', run: removePhoto },
    },
  },
};

/** An upload in phases has one address and, for faults, a name for each of them. */
function byPhase(start: CallName, transfer: CallName, finish: CallName) {
  return ({ params }: Call): CallName => {
    const phase = params.text('upload_phase');
    return phase === 'finish' ? finish : phase === 'transfer' ? transfer : start;
  };
}

/** What this call is, by name, and how it is done. */
export function operationOn(call: Call, node: Node, edge: string | undefined): { name: CallName; run: () => unknown } {
  const { typeName, calls } = operations[node.type] as {
    typeName: string;
    calls: Record<string, Operation<Node['type']>>;
  };
  const key = edge === undefined ? call.method : `${call.method} ${edge}`;
  const operation = Object.hasOwn(calls, key) ? calls[key] : undefined;
  if (!operation) {
    if (call.method === 'GET' && edge !== undefined) throw unknownField(edge, typeName);
    throw notFound(call.method, node.subject.id);
  }
  const name = typeof operation.name === 'string' ? operation.name : operation.name(call);
  return { name, run: () => operation.run(call, node.subject as never) };
}
