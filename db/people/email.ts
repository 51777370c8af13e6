import { z } from 'zod';

/** The address of a person: whoever makes one takes no other than those with which they can log in. */
export const emailAddress = z.email('must be an e-mail address').max(320);
