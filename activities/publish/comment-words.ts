/** Nobody can tell whether it is there. */
export const unsaid = 'Meta did not say whether the first comment was written. Look at the post.';

/** Whatever is said of a first comment that is certainly not there begins with this. */
export const unwritten = 'The first comment was not written';

export const nobody = `${unwritten}: no login of the account is left to write it with. Write it by hand.`;
export const givenUp = `${unwritten}: Meta could not be reached, or did not take it. Write it by hand.`;
