import { catalogueStandings, resealCatalogue } from '../../db/control/catalogue/reseal.ts';
import { connectControl } from '../../db/control/connect.ts';
import type { CatalogueKeys } from '../../db/vault/catalogue.ts';
import type { Config } from '../config.ts';
import { type Command, exits } from './command.ts';
import { type Finding, told } from './finding.ts';

export const catalogueKeysOf = (config: Config<'ops'>): CatalogueKeys => ({
  catalogueKey: config.CATALOGUE_KEY,
  previousCatalogueKey: config.CATALOGUE_KEY_PREVIOUS,
});

/** Seals the API's passwords to tenants' databases under CATALOGUE_KEY, where they are under CATALOGUE_KEY_PREVIOUS. */
export const rotateCatalogue: Command = {
  usage: 'keys rotate-catalogue',
  summary: "Seal the API's passwords of all tenants under the new CATALOGUE_KEY; done when it returns",
  async run({ config, ownerUrl }) {
    const keys = catalogueKeysOf(config);
    const control = connectControl(ownerUrl, { maxConnections: 1 });
    try {
      let resealed = 0;
      for await (const one of resealCatalogue(control, keys)) if (one.resealed) resealed += 1;
      const standings = await catalogueStandings(control, keys);
      const findings = standings.flatMap(({ tenant, under }) => unwell(tenant, under));
      return {
        exit: findings.length ? exits.needsAttention : exits.fine,
        json: { ok: true, resealed, left: findings.length, findings },
        lines: [`Sealed anew: ${resealed}.`, ...(findings.length ? findings.flatMap(told) : done)],
      };
    } finally {
      await control.destroy();
    }
  },
};

const done = [
  'Every password is under CATALOGUE_KEY.',
  'Next: take CATALOGUE_KEY_PREVIOUS from all environments and restart the APIs. Keep it with the backups that were made before.',
];

/** What has to be done about a password that is not under CATALOGUE_KEY. */
export function unwell(tenant: string, under: 'current' | 'previous' | 'unknown'): Finding[] {
  if (under === 'current') return [];
  if (under === 'previous')
    return [
      {
        about: tenant,
        wrong: "The API's password of it is still under CATALOGUE_KEY_PREVIOUS.",
        next: 'Once every API has the new CATALOGUE_KEY: npm run ops -- keys rotate-catalogue',
      },
    ];
  return [
    {
      about: tenant,
      wrong:
        "The API's password of it opens with neither CATALOGUE_KEY nor CATALOGUE_KEY_PREVIOUS: the API does not serve it.",
      next: 'Find the catalogue key that was in use before, and set it as CATALOGUE_KEY_PREVIOUS for APIs, setup and command line (docs/backup.md).',
    },
  ];
}
