import { picture } from '../../deploy/local/demo/picture.ts';
import { newPerson } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { film } from '../publish/films.ts';
import type { Stack } from '../stack/stack.ts';
import { contents, isOnInstagram, type KillStep } from './kill-steps.ts';

/** An account of which one post is the only one, so that what happens to the account happens to the post. */
export interface Seat extends KillStep {
  account: string;
  metaId: string;
  /** The Page itself, or the one that an Instagram account is reached through. */
  page: string;
  media: { id: string }[];
}

const makers = {
  photo: (seed: number) => picture(seed, 800, 800),
  upright: () => film('upright'),
  wide: () => film('wide'),
};

/** Gives each step an account of one tenant, and files of its own. */
export async function takeSeats(stack: Stack, steps: readonly KillStep[]): Promise<{ tenant: Tenant; seats: Seat[] }> {
  const pages = steps.map((step, n) => ({
    name: `Page ${n}`,
    ...(isOnInstagram(step) ? { instagram: { username: `step_${n}` } } : {}),
  }));
  const nameOf = (n: number) => pages[n]?.instagram?.username ?? `Page ${n}`;
  const person = await newPerson(stack.simulator, pages);
  const tenant = await Tenant.begin(stack);
  await tenant.connect(
    person,
    steps.map((_, n) => nameOf(n)),
  );
  const seats: Seat[] = [];
  for (const [n, step] of steps.entries()) {
    const page = person.pages.find(({ name }) => name === `Page ${n}`);
    const metaId = isOnInstagram(step) ? page?.instagram : page?.id;
    const account = tenant.accounts.get(nameOf(n));
    if (!page || !metaId || !account) throw new Error(`There is no account for ${step.step}`);
    const files = contents[step.form]?.files ?? [];
    const media: { id: string }[] = [];
    for (const file of files) media.push({ id: await upload(tenant, makers[file](n)) });
    seats.push({ ...step, account, metaId, page: page.id, media });
  }
  return { tenant, seats };
}

async function upload({ owner }: Tenant, bytes: Uint8Array): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() };
  const { status, body } = await owner.send<{ id: string }>('POST', '/v1/media', bytes, headers);
  if (status !== 201) throw new Error(`Uploading was answered ${status}: ${JSON.stringify(body)}`);
  return body.id;
}
