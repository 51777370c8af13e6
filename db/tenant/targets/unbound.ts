/** What is said where nobody can tell which of the account's posts it is. */
export const unbound =
  'It is published. Meta does not say as which post, so there is no link here, and no first comment.';
