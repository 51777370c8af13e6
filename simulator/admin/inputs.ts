import { z } from 'zod';
import { faultKinds } from '../faults.ts';
import { callNames } from '../graph/call.ts';
import { allTasks } from '../state/accounts.ts';
import { holdings, twoFactorTypes } from '../state/businesses.ts';
import { again } from '../switches.ts';

const id = z.string().regex(/^\d{15,20}$/, 'is 15 to 20 digits');
const name = z.string().min(1).max(200);
const username = z.string().min(1).max(60).optional();

const newInstagram = z.strictObject({
  id: id.optional(),
  username: z.string().min(1).max(60),
  name: name.optional(),
  biography: z.string().max(500).optional(),
  followers: z.int().min(0).optional(),
});

const role = { tasks: z.array(z.enum(allTasks)).optional(), inBusiness: z.boolean().optional() };

const newPage = z.strictObject({
  id: id.optional(),
  name,
  username,
  category: name.optional(),
  about: z.string().max(500).optional(),
  followers: z.int().min(0).optional(),
  business: z.boolean().optional(),
  unpublished: z.boolean().optional(),
  instagram: newInstagram.optional(),
  otherInstagram: z.strictObject({ id: id.optional(), username: z.string().min(1).max(60) }).optional(),
});

/** `POST /sim/users`. */
export const newUser = z.strictObject({
  id: id.optional(),
  name,
  pages: z.array(newPage.extend(role)).max(500).default([]),
});
/** `POST /sim/pages`: the Page, and who has a role on it. */
export const newPageWithPeople = newPage.extend({ people: z.array(z.strictObject({ id, ...role })).default([]) });
/** `POST /sim/businesses`: who has a role in it, and which Pages it holds. */
export const newBusiness = z.strictObject({
  id: id.optional(),
  name,
  twoFactor: z.enum(twoFactorTypes).optional(),
  pages: z.array(z.strictObject({ id, as: z.enum(holdings).optional() })).default([]),
  people: z.array(z.strictObject({ id, secondFactor: z.boolean().optional() })).default([]),
});
/** `POST /sim/instagram/move`: to the Page that it is linked to from now on. */
export const movedInstagram = z.strictObject({ instagram: id, page: id });
/** `POST /sim/roles`, and `DELETE /sim/roles`. */
export const newRole = z.strictObject({ person: id, page: id, ...role });
export const goneRole = z.strictObject({ person: id, page: id });
/** `POST /sim/tokens/dead`. */
export const deadTokens = z.strictObject({ person: id, page: id.optional(), subcode: z.int().default(460) });
/** `POST /sim/instagram/{id}/media`. */
export const postedByHand = z.strictObject({
  caption: z.string().max(2200).optional(),
  productType: z.enum(['FEED', 'REELS', 'STORY']).default('FEED'),
});
/** `POST /sim/pages/{id}/drafts`. */
export const draftedByHand = z.strictObject({ message: z.string().max(63_206) });
export const clockOffset = z.strictObject({ offsetMs: z.int() });

export const newFault = z.strictObject({
  call: z.enum([...callNames, 'any', 'rupload']),
  then: z.enum(faultKinds),
  times: z.union([z.int().min(1), z.literal('always')]).optional(),
  page: id.optional(),
  post: z.string().optional(),
  object: z.string().optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  afterBytes: z.int().min(0).optional(),
  delayMs: z.int().min(0).max(86_400_000).optional(),
  deletedMs: z.int().min(0).max(86_400_000).optional(),
  doneAt: z.enum(['start', 'end']).optional(),
  done: z.boolean().optional(),
  code: z.int().optional(),
  subcode: z.int().optional(),
  status: z.int().min(400).max(599).optional(),
  message: z.string().max(500).optional(),
  transient: z.boolean().optional(),
  regainMinutes: z.int().min(0).optional(),
  onlyThisAnswer: z.boolean().optional(),
  again: z.enum(again).optional(),
});
