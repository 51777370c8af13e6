/** Permissions that an app can ask for in the dialog, with the words the dialog has for them. */
const words: Readonly<Record<string, string>> = {
  public_profile: 'Your name and profile picture',
  email: 'Your e-mail address',
  pages_show_list: 'Show a list of the Pages you manage',
  pages_read_engagement: 'Read content posted on the Page',
  pages_read_user_content: 'Read user content on your Page',
  pages_manage_posts: 'Create and manage content on your Page',
  pages_manage_metadata: 'Manage accounts, settings and webhooks for a Page',
  pages_manage_engagement: 'Manage comments on your Page',
  pages_messaging: 'Manage and access Page conversations in Messenger',
  instagram_basic: 'Access profile and posts from the Instagram account connected to your Page',
  instagram_content_publish: 'Upload media and create posts for the connected Instagram account',
  instagram_manage_comments: 'Manage comments for the connected Instagram account',
  instagram_manage_messages: 'Manage and access Instagram messages',
  instagram_manage_insights: 'Access insights for the connected Instagram account',
  instagram_manage_contents: 'Delete posts of the connected Instagram account',
  business_management: 'Manage your business',
  read_insights: 'Read insights of your Pages',
  ads_management: 'Manage ads for ad accounts that you have access to',
  ads_read: 'Access ads and stats for ad accounts that you have access to',
};

const base = [
  'pages_show_list',
  'pages_read_engagement',
  'pages_read_user_content',
  'pages_manage_posts',
  'pages_manage_metadata',
  'pages_manage_engagement',
  'instagram_basic',
  'instagram_content_publish',
  'business_management',
];

const inbox = ['pages_messaging', 'instagram_manage_comments', 'instagram_manage_messages'];
const insights = ['read_insights', 'instagram_manage_insights'];

/** Configurations of Login for Business: what each asks for, all or nothing. */
const configurations: Readonly<Record<string, readonly string[]>> = {
  '900000000000001': base,
  '900000000000002': [...base, ...inbox],
  '900000000000003': [...base, ...insights],
  '900000000000004': [...base, ...inbox, ...insights],
};

export const wordsOf = (permission: string): string => words[permission] ?? permission;

export const isPermission = (name: string): boolean => Object.hasOwn(words, name);

export function permissionsOfConfiguration(id: string): readonly string[] | undefined {
  return Object.hasOwn(configurations, id) ? configurations[id] : undefined;
}
