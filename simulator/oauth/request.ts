import type { App } from '../world.ts';
import { isPermission, permissionsOfConfiguration } from './scopes.ts';

/** What an app asks a person for, read from the address of the dialog. */
export interface DialogRequest {
  redirectUri: string;
  state: string | undefined;
  permissions: readonly string[];
  /** Login for Business: every permission of the configuration, or none at all. */
  allOrNothing: boolean;
  /** Asks again for what was declined before. */
  rerequest: boolean;
}

/** The request, or the sentence that tells a developer what is wrong with it. */
export function readDialogRequest(app: App, query: URLSearchParams): DialogRequest | { problem: string } {
  if (query.get('client_id') !== app.id)
    return { problem: 'Invalid App ID: The provided app ID does not look like a valid app ID.' };
  const redirectUri = query.get('redirect_uri') ?? '';
  const problem = problemOfRedirect(app, redirectUri);
  if (problem) return { problem };
  if ((query.get('response_type') ?? 'code') !== 'code') return { problem: 'Only response_type=code is simulated.' };
  const asked = askedPermissions(query);
  if ('problem' in asked) return asked;
  return {
    redirectUri,
    state: query.get('state') ?? undefined,
    permissions: asked.permissions,
    allOrNothing: query.has('config_id'),
    rerequest: (query.get('auth_type') ?? '').split(',').includes('rerequest'),
  };
}

function problemOfRedirect({ redirectUris }: App, redirectUri: string): string | undefined {
  if (!redirectUri) return 'The parameter redirect_uri is required.';
  if (!URL.canParse(redirectUri)) return 'URL Blocked: redirect_uri is not an absolute address.';
  const { protocol, hash, hostname } = new URL(redirectUri);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback))
    return 'Insecure Login Blocked: redirect_uri must be https, or http on this machine.';
  if (hash) return 'URL Blocked: redirect_uri has a fragment.';
  if (redirectUris.length && !redirectUris.includes(redirectUri))
    return "URL Blocked: This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings.";
  return undefined;
}

function askedPermissions(query: URLSearchParams): { permissions: readonly string[] } | { problem: string } {
  const configuration = query.get('config_id');
  if (configuration !== null) {
    if (query.get('scope')) return { problem: 'scope is not sent along with config_id.' };
    const permissions = permissionsOfConfiguration(configuration);
    return permissions ? { permissions } : { problem: 'Invalid config_id: there is no such configuration.' };
  }
  const permissions = (query.get('scope') ?? 'public_profile').split(/[\s,]+/).filter(Boolean);
  const invalid = permissions.filter((name) => !isPermission(name));
  if (invalid.length)
    return { problem: `Invalid Scopes: ${invalid.join(', ')}. This message is only shown to developers.` };
  return { permissions: [...new Set(permissions)] };
}
