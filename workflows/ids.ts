/**
 * Workflow ids: `kind:tenant:subject`, both ours (UUIDv7), never Meta's. Everything a start needs follows from the id,
 * so whoever holds one (API, relay, reconciler, an activity) can nudge it.
 */
export type Kind = 'authorization' | 'connection' | 'publish' | 'tenant';

/** What is done to a tenant as a whole; one of each at a time. */
export type TenantWork = 'rotate-key' | 'rewrap';

export interface WorkflowRef {
  kind: Kind;
  tenant: string;
  subject: string;
}

const kinds: readonly Kind[] = ['authorization', 'connection', 'publish', 'tenant'];

export const authorizationId = (tenant: string, authorization: string) => `authorization:${tenant}:${authorization}`;
export const connectionId = (tenant: string, connection: string) => `connection:${tenant}:${connection}`;
export const publishId = (tenant: string, target: string) => `publish:${tenant}:${target}`;
export const tenantWorkId = (tenant: string, work: TenantWork) => `tenant:${tenant}:${work}`;

/** @returns undefined where the id is not one of ours */
export function parseId(id: string): WorkflowRef | undefined {
  const [kind, tenant, subject, ...rest] = id.split(':');
  const known = kinds.find((k) => k === kind);
  if (!known || !tenant || !subject || rest.length) return undefined;
  return { kind: known, tenant, subject };
}
