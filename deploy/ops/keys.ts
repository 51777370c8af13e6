import { sql } from 'kysely';
import { catalogueStandings } from '../../db/control/catalogue/reseal.ts';
import type { ControlDb } from '../../db/control/connect.ts';
import { type WrappedUnder, wrappedUnder } from '../../db/control/key-work/wrapped-under.ts';
import { type Command, exits } from './command.ts';
import { counted } from './counted.ts';
import { type Finding, told } from './finding.ts';
import { catalogueKeysOf, unwell as unwellInCatalogue } from './keys-rotate-catalogue.ts';
import { table } from './table.ts';

/** A rotation waits for some quiet minutes before it deletes the old key; longer than this is more than that. */
const usuallyOverMs = 60 * 60_000;

/** Which keys each tenant has, what wraps them, and how far work on them is. */
export const keys: Command = {
  usage: 'keys',
  summary: "Tenants' keys, under which master key they are, and how far rotations are",
  async run({ config, control, vault }) {
    const [current, previous] = vault.masterIds;
    const named = (id: number) => (id === current ? 'current' : id === previous ? 'previous' : 'unknown');
    const masters = (await wrappedUnder(control)).map((row) => ({ ...row, master: named(row.masterId) }));
    const work = await workOf(control);
    const held = await keysOf(control);
    const catalogue = await catalogueStandings(control, catalogueKeysOf(config));
    const tenants = held.map(({ tenant, keyIds }) => ({
      ...{ tenant, keyIds },
      masters: masters.filter((row) => row.tenant === tenant).map(({ master }) => master),
      catalogue: catalogue.find((row) => row.tenant === tenant)?.under ?? 'unknown',
      work: work.filter((row) => row.tenant === tenant),
    }));
    const findings = [
      ...masters.flatMap(notCurrent),
      ...catalogue.flatMap(({ tenant, under }) => unwellInCatalogue(tenant, under)),
      ...work.flatMap((row) => unwell(row, Date.now())),
    ];
    return {
      exit: findings.length ? exits.needsAttention : exits.fine,
      json: { ok: true, tenants, findings },
      lines: [
        ...table(
          ['TENANT', 'DATA KEYS', 'MASTER KEY', 'CATALOGUE KEY', 'WORK'],
          tenants.map((row) => [
            row.tenant,
            row.keyIds.join(', '),
            row.masters.join(', '),
            row.catalogue,
            row.work.map(sentence).join('; '),
          ]),
        ),
        ...findings.flatMap(told),
      ],
    };
  },
};

interface Work {
  tenant: string;
  work: string;
  askedAt: string;
  resealed: number;
  unopenable: number;
  finishedAt: string | null;
}

async function workOf(control: ControlDb): Promise<Work[]> {
  const rows = await control.selectFrom('key_work').selectAll().orderBy('tenant').orderBy('work').execute();
  return rows.map(({ tenant, work, asked_at, resealed, unopenable, finished_at }) => ({
    ...{ tenant, work, resealed, unopenable },
    askedAt: asked_at.toISOString(),
    finishedAt: finished_at?.toISOString() ?? null,
  }));
}

const keysOf = (control: ControlDb) =>
  control
    .selectFrom('tenant_keys')
    .select(['tenant', sql<number[]>`array_agg(key_id order by key_id)`.as('keyIds')])
    .groupBy('tenant')
    .orderBy('tenant')
    .execute();

const sentence = ({ work, askedAt, finishedAt, resealed }: Work) =>
  `${work} ${finishedAt ? `done ${finishedAt}` : `under way since ${askedAt}`}${work === 'rotate-key' ? `, sealed anew: ${resealed}` : ''}`;

function notCurrent({ tenant, master }: WrappedUnder & { master: string }): Finding[] {
  if (master === 'current') return [];
  if (master === 'previous')
    return [
      {
        about: tenant,
        wrong: 'Its keys are still under MASTER_KEY_PREVIOUS.',
        next: 'Once every worker has the new MASTER_KEY: npm run ops -- keys rotate-master',
      },
    ];
  return [
    {
      about: tenant,
      wrong: 'Its keys are under a master key that is neither MASTER_KEY nor MASTER_KEY_PREVIOUS: nothing of it opens.',
      next: 'Find the master key that was in use before, and set it as MASTER_KEY_PREVIOUS for workers and setup (docs/backup.md).',
    },
  ];
}

function unwell({ tenant, work, askedAt, finishedAt, unopenable }: Work, nowMs: number): Finding[] {
  if (unopenable)
    return [
      {
        about: tenant,
        wrong: `No key opens ${counted(unopenable, 'sealed value')}: damaged, or moved there by somebody. The key that is named there is kept.`,
        next: 'Connecting the login again replaces them. Who writes to this database?',
      },
    ];
  if (finishedAt || nowMs - Date.parse(askedAt) < usuallyOverMs) return [];
  return [
    {
      about: tenant,
      wrong: `${work} is not done yet.`,
      since: askedAt,
      next: 'See what stops it: npm run ops -- workflows stuck',
    },
  ];
}
