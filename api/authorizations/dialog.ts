import { createHmac } from 'node:crypto';
import { redirectUri } from '../../deploy/config.ts';
import { configurationFor, tiersOf } from '../../meta/login-configurations.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import { graphVersion } from '../../meta/version.ts';
import type { Settings } from '../parts.ts';

/** Asks again for what was declined; or renews, for who has not been there for 90 days, what Meta shows us. */
export type AuthType = 'rerequest' | 'reauthorize';

/** How the dialog asks. */
interface Asking {
  authType: AuthType | undefined;
  /** What was granted before. */
  granted: readonly string[];
}

/** Where the person goes to log in at Meta and to choose what to grant. */
export function authorizeUrl(settings: Settings, state: string, { authType, granted }: Asking): string {
  const { META_CONFIG_ID: configurations, META_FURTHER_PERMISSIONS: further = [] } = settings;
  const url = new URL(`/${graphVersion}/dialog/oauth`, settings.META_DIALOG_URL);
  url.searchParams.set('client_id', settings.META_APP_ID);
  url.searchParams.set('redirect_uri', redirectUri(settings));
  url.searchParams.set('state', state);
  url.searchParams.set('response_type', 'code');
  // With a configuration of Login for Business the scopes are the configuration's.
  const configuration =
    settings.META_LOGIN_MODE === 'config' && configurationFor(configurations ?? [], tiersOf([...further, ...granted]));
  if (configuration) url.searchParams.set('config_id', configuration.id);
  else url.searchParams.set('scope', scopesToAsk(further).join(','));
  if (authType) url.searchParams.set('auth_type', authType);
  return url.href;
}

/**
 * The `state` of one attempt: 32 bytes that only the browser of this session can cause to be made again, since they follow from the
 * session's own token, of which we keep the hash alone. So a repeated request gets the same address, and nothing usable is stored.
 */
export const stateOf = (sessionToken: string, authorization: string) =>
  createHmac('sha256', sessionToken).update(`oauth state ${authorization}`).digest('base64url');
