import { Browser, DemoFailure } from './demo/browser.ts';
import { type Connected, connect } from './demo/connect.ts';
import { picture } from './demo/picture.ts';
import { publishAndSee, type Seen } from './demo/publish.ts';
import { Steps } from './demo/steps.ts';
import { until } from './demo/until.ts';
import { flagsOf } from './flags.ts';
import { readSettings } from './settings.ts';

/**
 * Goes the whole way as a person would, over public HTTP only: log in, connect, choose a Page, schedule, and look at the Page.
 * `--json` prints one line; `--api URL` names another API than the local stack's.
 */
const email = 'demo@quixess.local';
const password = 'demo-quixess-social';
const dueInMs = 8_000;

const { json = false, api: named } = flagsOf('npm run demo', { json: { type: 'boolean' }, api: { type: 'string' } });
const api = new URL(named ?? `http://127.0.0.1:${readSettings(process.env).local.API_PORT}`).origin;

async function demo(steps: Steps): Promise<Seen> {
  const browser = new Browser();
  await steps.step('Reach the API', () => reach(browser));
  await steps.step('Log in', () => browser.api(api, 'POST', '/v1/session', { email, password }));
  const connected: Connected = await connect(browser, api, steps);
  const nonce = crypto.randomUUID().slice(0, 8);
  const media = await steps.step('Upload a photo', () =>
    browser.api<{ id: string }>(api, 'POST', '/v1/media', picture(Date.now()), { 'content-type': 'image/png' }),
  );
  const due = new Date(Date.now() + dueInMs);
  const text = { text: `Opening at nine (${nonce})` };
  const photo = { text: `The harbour this morning (${nonce})`, media: [{ id: media.id, altText: 'A sunrise' }] };
  const [seen] = await Promise.all([
    publishAndSee(browser, api, connected, 'text post', { ...text, publishAt: due.toISOString() }, steps),
    publishAndSee(browser, api, connected, 'photo post', { ...photo, publishAt: due.toISOString() }, steps),
  ]);
  return seen;
}

/** A process or a database that was just killed is back in a moment. */
async function reach(browser: Browser): Promise<void> {
  const alive = () =>
    browser.open(`${api}/readyz`).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    );
  await until(`the API at ${api}`, alive, {
    withinMs: 20_000,
    last: () => 'Does the stack run (npm start)? What is wrong is at /readyz.',
  });
}

const steps = new Steps(!json);
try {
  const { publishedAfterDueMs, permalink } = await demo(steps);
  if (json) console.log(JSON.stringify({ ok: true, publishedAfterDueMs, permalink }));
  else console.log(`\n${permalink}\nseen on the Page ${publishedAfterDueMs} ms after it was due`);
} catch (error) {
  const words = error instanceof DemoFailure ? error.message : String(error);
  const look = 'Look at the logs that npm start names, and at the workflows in the Temporal Web UI.';
  if (json) console.log(JSON.stringify({ ok: false, during: steps.current, problem: words }));
  else console.error(`\nIt failed during: ${steps.current}\n${words}\n${look}`);
  process.exitCode = 1;
}
