import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordCluster } from '../../db/control/clusters.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
let control: ControlDb;
beforeAll(async () => {
  fresh = await freshControl();
  control = connectControl(fresh.ownerUrl, { maxConnections: 1 });
});
afterAll(async () => {
  await control.destroy();
  await fresh.close();
});

test.each([
  ['', false],
  ['?sslmode=disable', false],
  ['?sslmode=prefer', true],
  ['?sslmode=require', true],
  ['?sslmode=verify-full', true],
  ['?sslmode=no-verify', true],
  ['?ssl=true', true],
])('with "%s" in its address a server is spoken to with TLS by all or by none', async (asked, tls) => {
  await recordCluster(control, `postgres://provisioner:x@[::1]:6543/postgres${asked}`);
  const cluster = await control.selectFrom('clusters').select(['host', 'port', 'tls']).executeTakeFirstOrThrow();
  expect(cluster).toEqual({ host: '::1', port: 6543, tls });
});
