import { z } from 'zod';
import { readConfigurations } from '../meta/login-configurations.ts';
import { furtherPermissions } from '../meta/permissions.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);
export const isLoopback = (url: string) => URL.canParse(url) && loopback.has(new URL(url).hostname);

const whole = (min: number, max: number) => {
  const words = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(words).int(words).min(min, words).max(max, words);
};
const port = (byDefault: number) => whole(1, 65_535).default(byDefault);
const key = z.string().refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64');
const protocolOf = (url: string) => (URL.canParse(url) ? new URL(url).protocol : undefined);
const httpsOrLoopback = z
  .string()
  .refine((url) => protocolOf(url) === 'https:' || (protocolOf(url) === 'http:' && isLoopback(url)), {
    error: 'must be an address like https://example.com; http is for loopback addresses only',
    abort: true,
  });
/** Paths are put behind it, and Meta compares what comes of it letter by letter: so there is one spelling. */
const origin = httpsOrLoopback
  .refine((url) => {
    const { pathname, search, hash, username, password } = new URL(url);
    return pathname === '/' && !search && !hash && !username && !password;
  }, 'must be an address like https://example.com, with no path, query, fragment or user')
  .transform((url) => new URL(url).origin);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

/** Every variable the processes read, with what it means. Anything else in the environment is ignored. */
export const variables = z.object({
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much the processes log.'),

  DATABASE_URL: postgresUrl.describe(
    'PostgreSQL server as a login with CREATEDB and CREATEROLE: migrates, creates tenants. Set it to use a server of your own instead of the embedded one.',
  ),
  API_DATABASE_URL: postgresUrl.describe(
    'Control database as the login of the API. Made by setup with the password given here.',
  ),
  WORKER_DATABASE_URL: postgresUrl.describe(
    'Control database as the login of the worker. Made by setup with the password given here.',
  ),
  TENANT_POOL_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Connections at most to one tenant database, a process.'),
  TENANT_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .default(40)
    .describe('Connections at most to all tenant databases together, a process.'),

  TEMPORAL_ADDRESS: z
    .string()
    .min(1)
    .describe('host:port of the Temporal frontend. Set it to use a Temporal of your own instead of the dev server.'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('Temporal namespace.'),

  PUBLIC_URL: origin.describe(
    'Where browsers and Meta reach the API; the OAuth redirect goes to PUBLIC_URL/oauth/meta/callback.',
  ),
  API_HOST: z.string().min(1).default('127.0.0.1').describe('Address the API listens on.'),
  API_PORT: port(4000).describe('Port of the API.'),
  WORKER_PORT: port(4001).describe('Port of the worker: /healthz, /readyz, /metrics on loopback.'),
  MEDIA_DIR: z
    .string()
    .min(1)
    .describe(
      'Folder in which uploaded media are kept; API and worker share it. With S3_BUCKET only what is on its way there, so each may have its own.',
    ),
  REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(6_000)
    .describe('Requests at most of one API key or session in a minute, to each API process.'),
  TENANT_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(30_000)
    .describe('Requests at most of all callers of a tenant in a minute, to each API process.'),
  TENANT_MEDIA_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(107_374_182_400)
    .describe(
      'Bytes that a tenant may have in the store: media, what was made of them for a platform, and what is not deleted there yet.',
    ),
  MEDIA_MAX_BYTES: z.coerce.number().int().min(1).default(1_073_741_824).describe('Largest upload accepted, in bytes.'),
  S3_BUCKET: z.string().min(1).optional().describe('Keep media in this bucket instead; nothing else may be in it.'),
  S3_ENDPOINT: httpsOrLoopback.optional().describe("Address of the S3 server, where it is not Amazon's."),
  S3_REGION: z.string().min(1).optional().describe('Region of the bucket; without it `us-east-1`.'),
  S3_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .describe("With S3_SECRET_ACCESS_KEY. Without both as Amazon's SDK finds them, by the role of the machine say."),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('The secret of S3_ACCESS_KEY_ID.'),
  S3_FORCE_PATH_STYLE: z
    .stringbool('must be true or false')
    .optional()
    .describe(
      '`true`: the bucket is named in the path and not in the host, as servers other than Amazon mostly want it.',
    ),

  META_APP_ID: z.string().regex(/^\d+$/, 'must be the numeric app id').describe('The Meta app.'),
  META_APP_SECRET: z.string().min(16).describe('The secret of the Meta app.'),
  META_GRAPH_URL: origin
    .default('https://graph.facebook.com')
    .describe('Graph API host. The simulator puts itself here.'),
  META_DIALOG_URL: origin.default('https://www.facebook.com').describe('Host of the OAuth dialog.'),
  META_LOGIN_MODE: z
    .enum(['scope', 'config'])
    .default('scope')
    .describe('Facebook Login with scopes, or Login for Business with a configuration.'),
  META_CONFIG_ID: z
    .string()
    .transform((text, { addIssue }) => {
      const read = readConfigurations(text);
      if (!read) addIssue('must be an id, or tiers (base, inbox, insights) with an id each');
      return read ?? z.NEVER;
    })
    .optional()
    .describe(
      'Configuration of Login for Business, with META_LOGIN_MODE=config: one id that asks for everything wanted, or one for each set of tiers, as in `base:1,inbox:2,insights:3,inbox+insights:4`; each asks for the base too.',
    ),
  META_FURTHER_PERMISSIONS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(furtherPermissions, 'must name nothing but those listed here')))
    .optional()
    .describe(
      `Permissions to ask for beyond the nine of the privacy policy, by commas: ${furtherPermissions.map((name) => `\`${name}\``).join(', ')}.`,
    ),

  MASTER_KEY: key.describe(
    'Wraps the data key of each tenant; workers and setup only. Base64 of 32 bytes, or MASTER_KEY_FILE.',
  ),
  MASTER_KEY_PREVIOUS: key
    .optional()
    .describe('While MASTER_KEY is being replaced: the one before, which still opens what it wrapped.'),
  CATALOGUE_KEY: key.describe(
    "Opens the API's passwords for tenant databases. Base64 of 32 bytes, or CATALOGUE_KEY_FILE.",
  ),
  CATALOGUE_KEY_PREVIOUS: key
    .optional()
    .describe('While CATALOGUE_KEY is being replaced: the one before, which still opens what it sealed.'),
  INTAKE_PUBLIC_KEY: key.describe('The API seals OAuth codes to it; its secret half is derived from MASTER_KEY.'),
  ROUTE_KEY: key.describe("Key of the keyed hash under which Meta's ids appear in the control database."),
  MEDIA_URL_KEY: key.describe('Signs the addresses under which Meta fetches media.'),

  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })
    .optional()
    .describe(
      'Mail server for notices to the owners, with user and password: `smtps://user:password@host:465`. Without it nothing is mailed.',
    ),
  MAIL_FROM: z.string().min(3).optional().describe('Sender of these mails; needed with SMTP_URL.'),

  WITNESS_DELAY_FACTOR: z.coerce
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('Scales the delays of the witness; other than 1 on a loopback Graph host only.'),

  LOCAL_DIR: z.string().min(1).default('.local').describe('Local stack: folder of its data, keys and logs.'),
  POSTGRES_PORT: port(54329).describe('Local stack: port of the embedded PostgreSQL.'),
  TEMPORAL_PORT: port(7233).describe('Local stack: port of the Temporal dev server.'),
  TEMPORAL_UI_PORT: port(8233).describe('Local stack: port of the Temporal Web UI.'),
  SIMULATOR_PORT: port(4100).describe('Local stack: port of the Graph simulator.'),
  TEMPORAL_CLI: z
    .string()
    .min(1)
    .optional()
    .describe('Local stack: the `temporal` program to use, instead of one that is found, fetched or built.'),
  TEMPORAL_TEST_SERVER: z
    .string()
    .min(1)
    .optional()
    .describe('Tests: the time-skipping test server to use, instead of one that is fetched.'),
});

export type Variables = z.infer<typeof variables>;
export type Name = keyof Variables;

const common = ['LOG_LEVEL'] as const;
const temporal = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'] as const;
const media = [
  'MEDIA_DIR',
  'S3_BUCKET',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_FORCE_PATH_STYLE',
] as const;
const tenantPools = ['TENANT_POOL_CONNECTIONS', 'TENANT_CONNECTIONS'] as const;

/** Which process reads what: a process never sees a variable that is not in its list. */
export const processes = {
  api: [
    ...common,
    ...temporal,
    ...tenantPools,
    'API_DATABASE_URL',
    'PUBLIC_URL',
    'API_HOST',
    'API_PORT',
    ...media,
    'MEDIA_MAX_BYTES',
    'TENANT_MEDIA_BYTES',
    'REQUESTS_PER_MINUTE',
    'TENANT_REQUESTS_PER_MINUTE',
    'META_APP_ID',
    'META_DIALOG_URL',
    'META_LOGIN_MODE',
    'META_CONFIG_ID',
    'META_FURTHER_PERMISSIONS',
    'CATALOGUE_KEY',
    'CATALOGUE_KEY_PREVIOUS',
    'INTAKE_PUBLIC_KEY',
    'MEDIA_URL_KEY',
  ],
  worker: [
    ...common,
    ...temporal,
    ...tenantPools,
    'WORKER_DATABASE_URL',
    'PUBLIC_URL',
    'WORKER_PORT',
    ...media,
    'META_APP_ID',
    'META_APP_SECRET',
    'META_GRAPH_URL',
    'META_FURTHER_PERMISSIONS',
    'MASTER_KEY',
    'MASTER_KEY_PREVIOUS',
    'ROUTE_KEY',
    'MEDIA_URL_KEY',
    'SMTP_URL',
    'MAIL_FROM',
    'WITNESS_DELAY_FACTOR',
  ],
  local: [
    'LOCAL_DIR',
    'POSTGRES_PORT',
    'TEMPORAL_PORT',
    'TEMPORAL_UI_PORT',
    'SIMULATOR_PORT',
    'API_PORT',
    'WORKER_PORT',
    'TEMPORAL_CLI',
    'TEMPORAL_TEST_SERVER',
  ],
  setup: [
    ...common,
    'DATABASE_URL',
    'API_DATABASE_URL',
    'WORKER_DATABASE_URL',
    'MASTER_KEY',
    'MASTER_KEY_PREVIOUS',
    'CATALOGUE_KEY',
    'CATALOGUE_KEY_PREVIOUS',
  ],
  ops: [
    ...temporal,
    'DATABASE_URL',
    'WORKER_DATABASE_URL',
    'META_APP_ID',
    'META_APP_SECRET',
    'META_GRAPH_URL',
    'MASTER_KEY',
    'MASTER_KEY_PREVIOUS',
    'CATALOGUE_KEY',
    'CATALOGUE_KEY_PREVIOUS',
  ],
} as const satisfies Record<string, readonly Name[]>;
