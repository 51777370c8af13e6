import { emailAddress } from '../../db/people/email.ts';
import { provisionTenant } from '../../db/tenant/provision.ts';
import { type Command, exits, OpsFailure } from './command.ts';
import { catalogueKeysOf } from './keys-rotate-catalogue.ts';
import { type MadeOwner, makeOwner } from './owner.ts';

/** Makes a tenant with its database, logins and keys. */
export const createTenant: Command = {
  usage: 'tenants create NAME',
  flags: { owner: { type: 'string' }, zone: { type: 'string' } },
  summary: 'Make a tenant; OWNER is the address of its first member, ZONE that of its clock (Europe/Berlin)',
  async run({ config, ownerUrl }, { words: [name = ''], flags: { owner, zone } }) {
    if (typeof owner === 'string' && !emailAddress.safeParse(owner).success)
      throw new OpsFailure(exits.wrongWords, 'OWNER is no mail address.', 'Write it like --owner kim@example.org');
    if (typeof zone === 'string' && !isZone(zone))
      throw new OpsFailure(exits.wrongWords, 'ZONE is no time zone.', 'Write it like --zone Europe/Berlin');
    if (!isName(name))
      throw new OpsFailure(
        exits.wrongWords,
        'NAME is no name.',
        'Write 1 to 200 letters, in quotes where it has spaces.',
      );
    const { tenant } = await provisionTenant({
      provisionerUrl: config.DATABASE_URL,
      controlUrl: ownerUrl,
      masterKey: config.MASTER_KEY,
      previousMasterKey: config.MASTER_KEY_PREVIOUS,
      ...catalogueKeysOf(config),
      name: name.trim(),
      ...(typeof zone === 'string' && { zone }),
    });
    const made = typeof owner === 'string' ? await makeOwner(ownerUrl, tenant, owner) : undefined;
    return {
      exit: exits.fine,
      json: { ok: true, tenant, ...(made && { owner: made }) },
      lines: [tenant, ...(made ? told(made) : [withoutMember])],
    };
  },
};

const withoutMember =
  'Nobody is a member of it, and no command gives it one later: if people are to log in, make another with --owner ADDRESS.';

const told = ({ email, password }: MadeOwner): string[] =>
  password
    ? [
        `${email} is its owner, with the password ${password}`,
        'It is shown this once: have it changed at the first login.',
      ]
    : [`${email} is its owner, with the password that they have already.`];

/** As the API takes it. */
const isName = (name: string) => /^[^\p{Cc}]{1,200}$/u.test(name.trim());

/** Intl takes plain offsets too, but an offset knows no daylight saving. */
function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
