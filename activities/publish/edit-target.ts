import { isUnheard } from '../../db/tenant/ledger/unheard.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import { readWish, textIsLive, textStays } from '../../db/tenant/targets/wished-text.ts';
import { passing, waits } from '../failures.ts';
import { changeText, type Editor } from './change-text.ts';
import { blamesLogin, diagnosticOf, patienceMs } from './failing.ts';
import type { Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { readPublished } from './published.ts';
import { stands } from './stands.ts';

const cannot = 'The text stays as it was: Meta has no way for apps to change it. Change it by hand.';
const nobody =
  'The text stays as it was: no login of the account is left to change it with. Connect again, or change it by hand.';
const unsaid = 'Meta has not said whether the text was changed.';
const nobodyToLook = `${unsaid} No login of the account is left to look with. Look at the post, then connect again.`;
const unsaidForLong = 'Meta has not said for a day whether the text was changed. Look at the post, then try again.';

/**
 * Gives a published post the text that its row asks for. Repeating it does no harm: the same text again changes nothing.
 * @throws ApplicationFailure that is retried while Meta does not say
 */
export const editTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<void> => {
    const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(ref.tenant, work);
    const wish = await inTenant((db) => readWish(db, ref.target));
    if (!wish) return;
    const stays = (reason: string, more: { diagnostic?: Diagnostic; shown?: string } = {}) =>
      inTenant((db) => textStays(db, ref.target, { wish: wish.text, reason, ...more }));
    const isPerhapsChanged = () => inTenant((db) => isUnheard(db, ref.target, 'edit'));
    const found = await readPublished(parts, ref);
    if (!found) return stays((await isPerhapsChanged()) ? nobodyToLook : nobody);
    const { publisher } = found;
    if (!isEditor(publisher)) return stays(cannot);
    const changed = await changeText(parts, ref, { ...found, publisher }, wish.text);
    switch (changed.is) {
      case 'overtaken':
        return;
      case 'waits':
        throw waits('What became of an earlier edit has to be known first', changed.forMs);
      case 'live':
        return inTenant((db) => textIsLive(db, ref.target, { text: wish.text, edit: changed.edit }));
      case 'failed': {
        const { failure, is: _, ...shown } = changed;
        const said = { diagnostic: diagnosticOf(failure), ...shown };
        if (await stands(parts, ref, found, failure)) {
          const isUnsaid = blamesLogin(failure) && (await isPerhapsChanged());
          return stays(`${isUnsaid ? unsaid : 'The text stays as it was.'} ${failure.words}`, said);
        }
        if (wish.ageMs < patienceMs) throw passing('Meta has not changed the text yet', failure.retryAfterMs);
        return stays(unsaidForLong, said);
      }
    }
  };

const isEditor = (publisher: Publisher): publisher is Editor => publisher.changeText !== undefined;
