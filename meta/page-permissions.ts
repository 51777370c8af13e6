import type { Permission } from './permission.ts';

const recognised = ['id', 'name', 'username'] as const;
const postFields = [
  ...['id', 'is_published', 'permalink_url', 'created_time', 'message', 'status_type'],
  // Which app made it: what another one made is none of ours.
  'application{id}',
] as const;
const videoFields = ['id', 'status', 'post_id', 'published', 'permalink_url', 'description'] as const;
const storyFields = ['post_id', 'status', 'creation_time', 'media_type', 'media_id', 'url'] as const;
const photoFields = ['id', 'link', 'created_time', 'page_story_id'] as const;

/** Permissions for Pages. Before the choice a Page is asked for enough to recognise it by, and for no token. */
export const pagePermissions: readonly Permission[] = [
  {
    name: 'pages_show_list',
    accessed: 'The list of Pages that you manage: name, id, picture, and what your role allows.',
    purpose: 'To let you choose which Pages to connect.',
    capabilities: { facebook: ['choose-accounts'], instagram: ['choose-accounts'] },
    requires: [],
    byDefault: true,
    tier: 'base',
    fields: {
      listedPage: [...recognised, 'tasks', 'is_published'],
      page: [...recognised, 'picture{url}', 'access_token'],
    },
    doors: { 'GET accounts': 'listedPage', GET: null },
  },
  {
    name: 'pages_read_engagement',
    accessed: "The Page's likes, followers and engagement, and what the Page itself posted.",
    purpose: 'To show analytics of the Page, and to see whether a post is live.',
    capabilities: { facebook: ['read-posts', 'analytics'] },
    requires: ['pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: {
      page: [...recognised, 'followers_count'],
      ...{ post: postFields, photo: photoFields, video: videoFields, story: storyFields },
    },
    doors: { 'GET published_posts': 'post', 'GET photos': 'photo', 'GET stories': 'story', GET: null },
  },
  {
    name: 'pages_read_user_content',
    accessed: 'Posts and comments that people leave on the Page.',
    purpose: 'To show analytics, and comments that wait for an answer.',
    capabilities: { facebook: ['read-posts'] },
    requires: ['pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: {
      post: postFields,
      comment: ['id', 'message', 'created_time', 'from{id,name}', 'is_hidden', 'parent{id}'],
    },
    doors: { 'GET feed': 'post', 'GET comments': 'comment' },
  },
  {
    name: 'pages_manage_posts',
    accessed: 'Posts of the Page: made, edited and deleted.',
    purpose: 'To publish what you schedule.',
    capabilities: { facebook: ['publish', 'delete-posts'] },
    requires: ['pages_read_engagement', 'pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: {},
    doors: {
      ...{ 'POST feed': 'post', 'POST photos': 'photo', 'POST photo_stories': 'post', 'POST videos': 'video' },
      ...{ 'POST video_reels': 'video', 'POST video_stories': 'video', POST: null, DELETE: null },
    },
  },
  {
    name: 'pages_manage_metadata',
    accessed: "The Page's settings, and the subscription to what happens on it.",
    purpose: 'To keep what is shown here in step with the Page.',
    capabilities: { facebook: ['sync'], instagram: ['sync'] },
    requires: ['pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: { subscription: ['id', 'name', 'subscribed_fields'] },
    doors: {
      'GET subscribed_apps': 'subscription',
      'POST subscribed_apps': null,
      'DELETE subscribed_apps': null,
    },
  },
  {
    name: 'pages_manage_engagement',
    accessed: "The Page's own comments and likes: made, hidden and deleted.",
    purpose: 'To answer people from the inbox.',
    capabilities: { facebook: ['answer-comments'] },
    requires: ['pages_read_user_content', 'pages_show_list'],
    byDefault: true,
    tier: 'base',
    fields: {},
    doors: { 'POST comments': 'comment', 'POST likes': null, 'DELETE likes': null, POST: null, DELETE: null },
  },
  {
    name: 'pages_messaging',
    accessed: "The Page's conversations in Messenger.",
    purpose: 'To show and answer messages in the inbox.',
    capabilities: { facebook: ['messages'] },
    requires: ['pages_manage_metadata', 'pages_show_list'],
    byDefault: false,
    tier: 'inbox',
    fields: {
      conversation: ['id', 'updated_time', 'unread_count', 'participants'],
      message: ['id', 'created_time', 'from{id,name}', 'to', 'message', 'attachments'],
    },
    doors: { 'GET conversations': 'conversation', 'GET messages': 'message', 'POST messages': null },
  },
  {
    name: 'read_insights',
    accessed: "Meta's own statistics of the Page and its posts.",
    purpose: 'To show views and reach.',
    capabilities: { facebook: ['insights'] },
    requires: ['pages_read_engagement', 'pages_show_list'],
    byDefault: false,
    tier: 'insights',
    fields: { insight: ['name', 'period', 'values', 'total_value'] },
    doors: { 'GET insights': 'insight' },
  },
];
