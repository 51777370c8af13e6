import { picture } from '../../deploy/local/demo/picture.ts';
import { newPerson, type Person } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import type { Stack } from '../stack/stack.ts';
import { type PostKind, postKinds } from './kinds.ts';

export interface CrowdedPost {
  /** By which it is found at Meta. */
  text: string;
  id: string;
}

interface Member {
  tenant: Tenant;
  person: Person;
  /** Of its accounts. */
  names: Record<PostKind['platform'], string[]>;
  photos: { id: string }[];
}

const schedulingAtOnce = 8;
const onInstagram = postKinds.some(({ platform }) => platform === 'instagram');
const photosEach = Math.max(...postKinds.map(({ photos }) => photos));

/** Many tenants with many accounts, who schedule posts of every kind through the API. */
export class Crowd {
  readonly #members: readonly Member[];
  #scheduled = 0;

  private constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** @param accounts Pages of all tenants together, each with an Instagram account where that is published to */
  static async gather(stack: Stack, { tenants, accounts }: { tenants: number; accounts: number }): Promise<Crowd> {
    const members: Member[] = [];
    for (let n = 0; n < tenants; n++) members.push(await join(stack, n, Math.ceil(accounts / tenants)));
    return new Crowd(members);
  }

  /** One of them, as Meta knows it. */
  get person(): Person {
    const [first] = this.#members;
    if (!first) throw new Error('There is nobody');
    return first.person;
  }

  /** Schedules so many posts of all kinds by all tenants for one instant; without one they are due as soon as they are made. */
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
    const kind = postKinds[n % postKinds.length] as PostKind;
    const { tenant, names, photos } = this.#members[n % this.#members.length] as Member;
    const accounts = names[kind.platform];
    const name = accounts[Math.floor(n / this.#members.length) % accounts.length] ?? '';
    const text = `${kind.name} ${this.#scheduled++} of the crowd`;
    const { status, body } = await tenant.owner.post<{ id: string }>(
      '/v1/posts',
      {
        text,
        media: photos.slice(0, kind.photos),
        targets: [{ account: tenant.accounts.get(name), kind: 'feed' }],
        ...(publishAt && { publishAt: publishAt.toISOString() }),
      },
      { 'idempotency-key': crypto.randomUUID() },
    );
    if (status !== 201) throw new Error(`Scheduling was answered ${status}: ${JSON.stringify(body)}`);
    return { text, id: body.id };
  }
}

async function join(stack: Stack, n: number, accounts: number): Promise<Member> {
  const facebook = Array.from({ length: accounts }, (_, page) => `Page ${page} of tenant ${n}`);
  const instagram = onInstagram ? facebook.map((_, page) => `shop.${page}.of.${n}`) : [];
  const person = await newPerson(
    stack.simulator,
    facebook.map((name, page) => ({ name, ...(onInstagram && { instagram: { username: instagram[page] ?? '' } }) })),
  );
  const tenant = await Tenant.begin(stack);
  await tenant.connect(person, [...facebook, ...instagram]);
  const photos: { id: string }[] = [];
  while (photos.length < photosEach) photos.push({ id: await upload(tenant, n * photosEach + photos.length) });
  return { tenant, person, names: { facebook, instagram }, photos };
}

async function upload({ owner }: Tenant, seed: number): Promise<string> {
  const headers = { 'content-type': 'image/png', 'idempotency-key': crypto.randomUUID() };
  const { status, body } = await owner.send<{ id: string }>('POST', '/v1/media', picture(seed), headers);
  if (status !== 201) throw new Error(`Uploading was answered ${status}: ${JSON.stringify(body)}`);
  return body.id;
}
