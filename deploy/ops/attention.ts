import type { Finding } from './finding.ts';
import type { ConnectionFacts, CredentialFacts } from './read-connections.ts';

const minuteMs = 60_000;
/** Longer than this is more than Meta being slow for a moment. */
const usuallyOverMs: Record<string, number> = {
  discovering: 10 * minuteMs,
  connecting: 10 * minuteMs,
  erasing: 60 * minuteMs,
};
const dataAccessSoonMs = 14 * 24 * 60 * minuteMs;

/** What the rows of a connection say that somebody has to look at. */
export function attention(connection: ConnectionFacts, nowMs = Date.now()): Finding[] {
  return [
    ...slow(connection, nowMs),
    ...connection.credentials.flatMap((credential) => ill(connection, credential, nowMs)),
  ];
}

function slow({ id, state, since }: ConnectionFacts, nowMs: number): Finding[] {
  const usually = usuallyOverMs[state];
  if (usually === undefined || nowMs - Date.parse(since) < usually) return [];
  return [
    {
      about: id,
      wrong: `It is ${state} for longer than usual.`,
      since,
      next: `See what its workflow waits for: npm run ops -- connection why ${id}`,
    },
  ];
}

function ill({ id, reason, remedy }: ConnectionFacts, credential: CredentialFacts, nowMs: number): Finding[] {
  const whose = credential.account ? `The token of account ${credential.account}` : 'The login';
  const next = remedy ?? 'A member of the tenant connects again.';
  const { health, since, expiresAt, dataAccessEndsAt } = credential;
  if (health === 'dead')
    return [{ about: id, wrong: `${whose} is dead: ${reason ?? 'Meta no longer accepts it.'}`, since, next }];
  if (health !== 'alive') {
    const until = expiresAt ? ` It ends at ${expiresAt}; until then everything goes on.` : '';
    return [{ about: id, wrong: `${whose} needs a person to renew it.${until}`, since, next }];
  }
  if (!credential.account && dataAccessEndsAt && Date.parse(dataAccessEndsAt) - nowMs < dataAccessSoonMs)
    return [{ about: id, wrong: `Meta stops showing data to ${whose.toLowerCase()} at ${dataAccessEndsAt}.`, next }];
  return [];
}
