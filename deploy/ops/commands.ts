import type { Command } from './command.ts';
import { diagnose } from './connection-diagnose.ts';
import { why } from './connection-why.ts';
import { connections } from './connections.ts';
import { keys } from './keys.ts';
import { rotateCatalogue } from './keys-rotate-catalogue.ts';
import { rotateMaster } from './keys-rotate-master.ts';
import { rotateTenant } from './keys-rotate-tenant.ts';
import { explainPost } from './posts-explain.ts';
import { stuckPosts } from './posts-stuck.ts';
import { witnessPost } from './posts-witness.ts';
import { restored } from './restored.ts';
import { tenants } from './tenants.ts';
import { createTenant } from './tenants-create.ts';
import { stuck } from './workflows-stuck.ts';

/** Everything an operator can say. */
export const commands: readonly Command[] = [
  tenants,
  createTenant,
  connections,
  why,
  diagnose,
  stuck,
  stuckPosts,
  explainPost,
  witnessPost,
  keys,
  rotateTenant,
  rotateMaster,
  rotateCatalogue,
  restored,
];
