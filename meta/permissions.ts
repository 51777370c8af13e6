/** What a member can do with a connected account; each needs permissions of its own. */
export type Capability =
  | 'choose-accounts'
  | 'publish'
  | 'read-posts'
  | 'analytics'
  | 'sync'
  | 'answer-comments'
  | 'messages'
  | 'insights'
  | 'delete-posts';

export type Platform = 'facebook' | 'instagram';

export interface Permission {
  name: string;
  platform: Platform;
  /** What is read or changed with it, for the person who reviews permissions. */
  accessed: string;
  /** Why. */
  purpose: string;
  /** What it is needed for; together with every other permission of its platform that names the same, and with what those require. */
  capabilities: readonly Capability[];
  /** Permissions without which it is of no use. */
  requires: readonly string[];
  /** Asked for unless an operator says otherwise: the nine of the privacy policy. */
  byDefault: boolean;
}

/**
 * Everything we may ask of Meta, and why. The OAuth request, the capabilities, the permission review and the tests of the policy
 * all follow from this table.
 */
export const permissions: readonly Permission[] = [
  {
    name: 'pages_show_list',
    platform: 'facebook',
    accessed: 'The list of Pages that you manage: name and id.',
    purpose: 'To let you choose which Pages to connect.',
    capabilities: ['choose-accounts'],
    requires: [],
    byDefault: true,
  },
  {
    name: 'pages_read_engagement',
    platform: 'facebook',
    accessed: "The Page's likes, followers and engagement, and what the Page itself posted.",
    purpose: 'To show analytics of the Page, and to see whether a post is live.',
    capabilities: ['read-posts', 'analytics'],
    requires: ['pages_show_list'],
    byDefault: true,
  },
  {
    name: 'pages_read_user_content',
    platform: 'facebook',
    accessed: 'Posts and comments that people leave on the Page.',
    purpose: 'To show analytics, and comments that wait for an answer.',
    capabilities: ['read-posts'],
    requires: ['pages_show_list'],
    byDefault: true,
  },
  {
    name: 'pages_manage_posts',
    platform: 'facebook',
    accessed: 'Posts of the Page: made, edited and deleted.',
    purpose: 'To publish what you schedule.',
    capabilities: ['publish', 'delete-posts'],
    requires: ['pages_read_engagement', 'pages_show_list'],
    byDefault: true,
  },
  {
    name: 'pages_manage_metadata',
    platform: 'facebook',
    accessed: "The Page's settings, and the subscription to what happens on it.",
    purpose: 'To keep what is shown here in step with the Page.',
    capabilities: ['sync'],
    requires: ['pages_show_list'],
    byDefault: true,
  },
  {
    name: 'pages_manage_engagement',
    platform: 'facebook',
    accessed: "The Page's own comments and likes: made, hidden and deleted.",
    purpose: 'To answer people from the inbox.',
    capabilities: ['answer-comments'],
    requires: ['pages_read_user_content', 'pages_show_list'],
    byDefault: true,
  },
  {
    name: 'instagram_basic',
    platform: 'instagram',
    accessed: 'The profile of the Instagram account, its media and its follower count.',
    purpose: "To show Instagram beside Facebook's Pages.",
    capabilities: ['choose-accounts', 'read-posts', 'analytics'],
    requires: ['pages_read_engagement', 'pages_show_list'],
    byDefault: true,
  },
  {
    name: 'instagram_content_publish',
    platform: 'instagram',
    accessed: 'Posts of the Instagram account: made.',
    purpose: 'To publish what you schedule.',
    capabilities: ['publish'],
    requires: ['instagram_basic', 'pages_read_engagement', 'pages_show_list'],
    byDefault: true,
  },
  {
    name: 'business_management',
    platform: 'facebook',
    accessed: 'Which Pages and Instagram accounts belong to your business portfolio.',
    purpose: 'To find Pages that Meta lists only through the portfolio.',
    capabilities: [],
    requires: [],
    byDefault: true,
  },
  {
    name: 'pages_messaging',
    platform: 'facebook',
    accessed: "The Page's conversations in Messenger.",
    purpose: 'To show and answer messages in the inbox.',
    capabilities: ['messages'],
    requires: ['pages_manage_metadata', 'pages_show_list'],
    byDefault: false,
  },
  {
    name: 'read_insights',
    platform: 'facebook',
    accessed: "Meta's own statistics of the Page and its posts.",
    purpose: 'To show views and reach.',
    capabilities: ['insights'],
    requires: [],
    byDefault: false,
  },
  {
    name: 'instagram_manage_comments',
    platform: 'instagram',
    accessed: 'Comments on the Instagram account: read, answered, hidden and deleted.',
    purpose: 'To answer people from the inbox.',
    capabilities: ['answer-comments'],
    requires: ['instagram_basic', 'pages_read_engagement', 'pages_show_list'],
    byDefault: false,
  },
  {
    name: 'instagram_manage_messages',
    platform: 'instagram',
    accessed: "The Instagram account's conversations.",
    purpose: 'To show and answer messages in the inbox.',
    capabilities: ['messages'],
    requires: ['instagram_basic', 'pages_read_engagement', 'pages_show_list'],
    byDefault: false,
  },
  {
    name: 'instagram_manage_insights',
    platform: 'instagram',
    accessed: "Meta's own statistics of the Instagram account and its media.",
    purpose: 'To show views and reach.',
    capabilities: ['insights'],
    requires: ['instagram_basic', 'pages_read_engagement', 'pages_show_list'],
    byDefault: false,
  },
  {
    name: 'instagram_manage_contents',
    platform: 'instagram',
    accessed: 'Posts of the Instagram account: deleted.',
    purpose: 'To delete what you published from here.',
    capabilities: ['delete-posts'],
    requires: ['instagram_basic', 'pages_read_engagement', 'pages_show_list'],
    byDefault: false,
  },
];

/** The permissions that the OAuth dialog asks for, in the order of the table: those of the policy, and further ones that an operator wants. */
export function scopesToAsk(further: readonly string[] = []): string[] {
  const wanted = new Set(further);
  return permissions.filter(({ name, byDefault }) => byDefault || wanted.has(name)).map(({ name }) => name);
}
