/** The one place in which the version of the Graph API is pinned. Meta keeps a version for two years at least after the next one came. */
export const graphVersion = 'v26.0';
