import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { Account, readAccounts } from './read.ts';

export const getAccounts = route(
  {
    method: 'get',
    path: '/v1/accounts',
    summary: 'The connected Pages and Instagram accounts',
    role: 'viewer',
    answers: { 200: z.object({ items: z.array(Account), next: z.null() }) },
  },
  async ({ parts: { settings }, db }) =>
    ok({ items: await readAccounts(db, settings.META_FURTHER_PERMISSIONS), next: null }),
);

export const getAccount = route(
  {
    method: 'get',
    path: '/v1/accounts/{id}',
    summary: 'One account, and what it can be used for',
    role: 'viewer',
    params: ById,
    answers: { 200: Account, 404: Problem },
  },
  async ({ parts: { settings }, db, params }) => {
    const [account] = await readAccounts(db, settings.META_FURTHER_PERMISSIONS, [params.id]);
    return account ? ok(account) : refuse('not-found', 'There is no such account.');
  },
);
