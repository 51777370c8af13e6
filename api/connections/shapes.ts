import { z } from 'zod';
import { id, instant } from '../shapes.ts';

export const Platform = z.enum(['facebook', 'instagram']);

export const ConnectionSummary = z
  .object({
    id,
    state: z.enum(['discovering', 'choosing', 'connecting', 'connected', 'erasing']),
    since: instant,
    reason: z.string().nullable(),
    remedy: z.string().nullable().meta({ description: 'what to do about it' }),
    createdAt: instant,
  })
  .meta({ id: 'ConnectionSummary' });

const PermissionGrant = z
  .object({
    name: z.string(),
    accessed: z.string().meta({ description: 'what is read or changed with it' }),
    purpose: z.string(),
    grant: z.enum(['granted', 'declined', 'expired', 'not-asked']).meta({
      description: 'what the person answered; expired: Meta took it back after 90 days without use',
    }),
    accounts: z.array(z.string()).nullable().meta({
      description:
        "Meta's ids of the accounts that it was granted for; null for all of them, or where it is not for accounts",
    }),
    asked: z.boolean().meta({ description: 'whether the login asks for it now' }),
  })
  .meta({ id: 'PermissionGrant' });

const FoundAccount = z
  .object({
    id,
    platform: Platform,
    metaId: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    chosen: z.boolean(),
    note: z.string().nullable().meta({ description: 'what choosing it brings along' }),
  })
  .meta({ id: 'FoundAccount' });

const CredentialHealth = z
  .object({
    kind: z.enum(['user', 'page']),
    account: id.nullable(),
    health: z.enum(['alive', 'renewal-needed', 'dead']),
    since: instant,
    expiresAt: instant.nullable(),
    dataAccessExpiresAt: instant.nullable(),
    refreshAt: instant.nullable(),
  })
  .meta({ id: 'CredentialHealth' });

export const Connection = ConnectionSummary.extend({
  permissions: z.array(PermissionGrant),
  credentials: z.array(CredentialHealth).meta({ description: 'the health of each login; never a token' }),
  found: z.array(FoundAccount).meta({ description: 'to choose from, while the state is choosing' }),
  accounts: z.array(id).meta({ description: 'connected by this' }),
  missing: z.array(z.string()).meta({ description: 'what was expected and not found, a sentence each' }),
}).meta({ id: 'Connection' });
