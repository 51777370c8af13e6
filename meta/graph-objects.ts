/**
 * Every field that is ever asked of Meta, per Graph object. Nothing outside these lists leaves this process: no profile of a person,
 * no ads, no payment. Written as it is sent, with what a nested object is asked for.
 */
export const graphFields = {
  /** Before the choice: enough to recognise a Page by, and no token. */
  listedPage: ['id', 'name', 'username', 'tasks', 'instagram_business_account{id,username,name}'],
  page: ['id', 'name', 'username', 'picture{url}', 'followers_count', 'access_token'],
  instagram: ['id', 'name', 'username', 'profile_picture_url', 'followers_count', 'media_count'],
  post: ['id', 'is_published', 'permalink_url', 'created_time', 'message', 'status_type'],
  photo: ['id', 'link', 'created_time', 'page_story_id'],
  subscription: ['id', 'name', 'subscribed_fields'],
} as const satisfies Record<string, readonly string[]>;

export type GraphObject = keyof typeof graphFields;

/** The edges that are called at all, and what each lists. An edge without an object is asked without fields. */
export const graphEdges: Readonly<Record<string, GraphObject | undefined>> = {
  accounts: 'listedPage',
  feed: 'post',
  published_posts: 'post',
  photos: 'photo',
  subscribed_apps: 'subscription',
  permissions: undefined,
};

/** Calls that belong to the app rather than to an object. */
export const graphAppPaths: readonly string[] = ['/debug_token', '/oauth/access_token'];
