import sharp from 'sharp';
import { newPerson } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { film } from '../publish/films.ts';
import type { Stack } from '../stack/stack.ts';
import type { File, PostKind } from './kinds.ts';

export interface CrowdedPost {
  /** By which it is found at Meta. */
  text: string;
  id: string;
}

interface Member {
  tenant: Tenant;
  /** Of its accounts. */
  names: Record<PostKind['platform'], string[]>;
  files: Record<File, { id: string }[]>;
}

const schedulingAtOnce = 8;
const picturesEach = 3;

/** Many tenants with many accounts, who schedule posts of some kinds in turn through the API. */
export class Crowd {
  readonly #members: readonly Member[];
  readonly #kinds: readonly PostKind[];
  #scheduled = 0;

  private constructor(members: readonly Member[], kinds: readonly PostKind[]) {
    this.#members = members;
    this.#kinds = kinds;
  }

  /** @param accounts of all tenants together, half of them Pages and half the Instagram accounts of these */
  static async gather(
    stack: Stack,
    { tenants, accounts, kinds }: { tenants: number; accounts: number; kinds: readonly PostKind[] },
  ): Promise<Crowd> {
    const members: Member[] = [];
    for (let n = 0; n < tenants; n++) members.push(await join(stack, n, Math.ceil(accounts / 2 / tenants)));
    return new Crowd(members, kinds);
  }

  /** Schedules so many posts by all tenants for one instant; without one they are due as soon as they are made. */
  async schedule(posts: number, publishAt?: Date): Promise<CrowdedPost[]> {
    const made: CrowdedPost[] = [];
    const numbers = Array.from({ length: posts }, (_, n) => n).values();
    const worker = async () => {
      for (const n of numbers) made.push(await this.#post(n, publishAt));
    };
    await Promise.all(Array.from({ length: schedulingAtOnce }, worker));
    return made;
  }

  async #post(n: number, publishAt: Date | undefined): Promise<CrowdedPost> {
    const { platform, kind, files: wanted, ...post } = this.#kinds[n % this.#kinds.length] as PostKind;
    const turn = Math.floor(n / this.#kinds.length);
    const { tenant, names, files } = this.#members[turn % this.#members.length] as Member;
    const accounts = names[platform];
    const name = accounts[Math.floor(turn / this.#members.length) % accounts.length] ?? '';
    const text = `${post.name} ${this.#scheduled++} of the crowd`;
    const media = wanted.map((file, place) => files[file][place % files[file].length]);
    const { status, body } = await tenant.owner.post<{ id: string }>(
      '/v1/posts',
      {
        ...(kind === 'story' ? {} : { text }),
        media,
        targets: [{ account: tenant.accounts.get(name), kind }],
        ...(publishAt && { publishAt: publishAt.toISOString() }),
      },
      { 'idempotency-key': crypto.randomUUID() },
    );
    if (status !== 201) throw new Error(`Scheduling was answered ${status}: ${JSON.stringify(body)}`);
    return { text, id: body.id };
  }
}

async function join(stack: Stack, n: number, pages: number): Promise<Member> {
  const facebook = Array.from({ length: pages }, (_, page) => `Page ${page} of tenant ${n}`);
  const instagram = facebook.map((_, page) => `shop.${page}.of.${n}`);
  const person = await newPerson(
    stack.simulator,
    facebook.map((name, page) => ({ name, instagram: { username: instagram[page] ?? '' } })),
  );
  const tenant = await Tenant.begin(stack);
  await tenant.connect(person, [...facebook, ...instagram]);
  const files: Member['files'] = { picture: [], upright: [], wide: [] };
  while (files.picture.length < picturesEach)
    files.picture.push(await upload(tenant, await picture(files.picture.length)));
  for (const shape of ['upright', 'wide'] as const) files[shape].push(await upload(tenant, film(shape)));
  return { tenant, names: { facebook, instagram }, files };
}

/** Both platforms take it as it is. */
export const picture = (number: number): Promise<Uint8Array> =>
  sharp({ create: { width: 640 + number, height: 400, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();

async function upload({ owner }: Tenant, bytes: Uint8Array): Promise<{ id: string }> {
  const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() };
  const { status, body } = await owner.send<{ id: string }>('POST', '/v1/media', bytes, headers);
  if (status !== 201) throw new Error(`Uploading was answered ${status}: ${JSON.stringify(body)}`);
  return { id: body.id };
}
