import type { Permission } from './permission.ts';

const base = ['instagram_basic', 'pages_read_engagement', 'pages_show_list'] as const;
const linked = ['instagram_business_account{id,username,name}', 'connected_instagram_account{id,username}'] as const;

/** Permissions for Instagram's professional accounts, which are reached through the Page that they are linked to. */
export const instagramPermissions: readonly Permission[] = [
  {
    name: 'instagram_basic',
    accessed: 'The profile of the Instagram account, its media and its follower count.',
    purpose: "To show Instagram beside Facebook's Pages.",
    capabilities: { instagram: ['choose-accounts', 'read-posts', 'analytics'] },
    requires: ['pages_read_engagement', 'pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: {
      listedPage: linked,
      instagram: ['id', 'name', 'username', 'profile_picture_url', 'followers_count', 'media_count'],
      media: [
        ...['id', 'caption', 'media_type', 'media_product_type', 'permalink', 'timestamp'],
        'like_count',
        'comments_count',
      ],
    },
    doors: { 'GET media': 'media', 'GET stories': 'media', GET: null },
  },
  {
    name: 'instagram_content_publish',
    accessed: 'Posts of the Instagram account: made.',
    purpose: 'To publish what you schedule.',
    capabilities: { instagram: ['publish'] },
    requires: base,
    byDefault: true,
    tier: 'base',
    fields: { container: ['id', 'status_code', 'status'], publishingLimit: ['quota_usage', 'config'] },
    doors: {
      'POST media': 'container',
      'POST media_publish': 'media',
      'GET content_publishing_limit': 'publishingLimit',
      GET: null,
    },
  },
  {
    name: 'instagram_manage_comments',
    accessed: 'Comments on the Instagram account: read, answered, hidden and deleted.',
    purpose: 'To answer people from the inbox.',
    capabilities: { instagram: ['answer-comments'] },
    requires: base,
    byDefault: false,
    tier: 'inbox',
    fields: { mediaComment: ['id', 'text', 'timestamp', 'username', 'hidden', 'parent_id'] },
    doors: { 'GET comments': 'mediaComment', 'POST replies': null, POST: null, DELETE: null },
  },
  {
    name: 'instagram_manage_messages',
    accessed: "The Instagram account's conversations.",
    purpose: 'To show and answer messages in the inbox.',
    capabilities: { instagram: ['messages'] },
    requires: ['pages_manage_metadata', ...base],
    byDefault: false,
    tier: 'inbox',
    fields: {
      conversation: ['id', 'updated_time', 'participants'],
      message: ['id', 'created_time', 'from{id,name}', 'to', 'message', 'attachments'],
    },
    doors: { 'GET conversations': 'conversation', 'GET messages': 'message', 'POST messages': null },
  },
  {
    name: 'instagram_manage_insights',
    accessed: "Meta's own statistics of the Instagram account and its media.",
    purpose: 'To show views and reach.',
    capabilities: { instagram: ['insights'] },
    requires: base,
    byDefault: false,
    tier: 'insights',
    fields: { insight: ['name', 'period', 'values', 'total_value'] },
    doors: { 'GET insights': 'insight' },
  },
  {
    name: 'instagram_manage_contents',
    accessed: 'Posts of the Instagram account: deleted.',
    purpose: 'To delete what you published from here.',
    capabilities: { instagram: ['delete-posts'] },
    requires: base,
    byDefault: false,
    tier: 'base',
    fields: {},
    doors: { DELETE: null },
  },
];
