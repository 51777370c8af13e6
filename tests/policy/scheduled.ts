import { createHash } from 'node:crypto';
import { picture } from '../../deploy/local/demo/picture.ts';
import { Dialog } from '../connection/dialog.ts';
import { newPerson } from '../connection/person.ts';
import { eventually } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';

const withinMs = 120_000;

export interface Target {
  id: string;
  account: string;
  state: string;
  reason: string | null;
  publishedAt: string | null;
}

export interface Post {
  id: string;
  publishAt: string;
  targets: Target[];
  notes: { detail: string }[];
}

interface Account {
  id: string;
  platform: string;
  metaId: string;
  capabilities: { name: string; available: boolean; reason: string | null; remedy: string | null }[];
}

interface Truth {
  posts: {
    page: string;
    message: string | null;
    media: { sha256: string; altText: string | null }[];
    publishedAt: string | null;
    publications: number;
  }[];
  media: {
    account: string;
    caption: string | null;
    media: { altText: string | null; type: string }[];
    publishedAt: string | null;
  }[];
}

/** What became visible somewhere, by the simulator's truth. */
export interface Seen {
  text: string | null;
  altTexts: (string | null)[];
  atMs: number;
  times: number;
}

let made = 0;

/** A member who has connected a Page and its Instagram account, each granted what they ticked. */
export class Publisher {
  readonly #stack: Stack;
  readonly page: Account;
  readonly instagram: Account;

  private constructor(stack: Stack, page: Account, instagram: Account) {
    this.#stack = stack;
    this.page = page;
    this.instagram = instagram;
  }

  static async connect(stack: Stack, permissions?: string[]): Promise<Publisher> {
    const username = `publisher_${made++}`;
    const person = await newPerson(stack.simulator, [{ name: `Page of ${username}`, instagram: { username } }]);
    const [at] = person.pages;
    if (!at?.instagram) throw new Error('A person without a Page');
    const dialog = new Dialog(stack);
    const found = await dialog.logIn({ person: person.id, ...(permissions && { permissions }) });
    await dialog.choose(found, [at.id, at.instagram]);
    const { items } = (await stack.member.get<{ items: Account[] }>('/v1/accounts')).body;
    const [page, instagram] = [at.id, at.instagram].map((id) => items.find(({ metaId }) => metaId === id));
    if (!page || !instagram) throw new Error('An account that was chosen is not connected');
    return new Publisher(stack, page, instagram);
  }

  /** A photo; answers its media, and the SHA-256 of its bytes. */
  async photo(): Promise<{ id: string; sha256: string }> {
    const bytes = picture(made++, 800, 800);
    const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() };
    const { body } = await this.#stack.member.send<{ id: string }>('POST', '/v1/media', bytes, headers);
    return { id: body.id, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  async schedule(dueInMs: number, post: Record<string, unknown>): Promise<Post> {
    const publishAt = new Date(Date.now() + dueInMs).toISOString();
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const { status, body } = await this.#stack.member.post<Post>('/v1/posts', { publishAt, ...post }, headers);
    if (status !== 201) throw new Error(`Scheduling was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Waits until every target of a post has come to the state. */
  become({ id }: Post, state: string): Promise<Post> {
    const look = async () => {
      const { body } = await this.#stack.member.get<Post>(`/v1/posts/${id}`);
      if (body.targets.every((target) => target.state === state)) return body;
      throw new Error(body.targets.map((target) => `${target.state}: ${target.reason}`).join('; '));
    };
    return eventually(look, { withinMs, what: `the post to be ${state}` });
  }

  /**
   * Waits until every target of a post lies at Meta unseen.
   * @returns false where a busy machine was so late that less than `leftMs` is left until its instant
   */
  async isArmed({ id, publishAt }: Post, leftMs: number): Promise<boolean> {
    const isNear = () => Date.parse(publishAt) - Date.now() < leftMs;
    const isArmed = async () => {
      const { targets } = (await this.#stack.member.get<Post>(`/v1/posts/${id}`)).body;
      return targets.every(({ state }) => state === 'armed');
    };
    await eventually(async () => isNear() || (await isArmed()), { withinMs, what: 'the post to be armed' });
    return !isNear();
  }

  /** What visitors of the Page see now. */
  live(): Promise<unknown[]> {
    return this.#stack.simulator.live(this.page.metaId);
  }

  /** Everything that ever became visible on one of the two. */
  async seenOn({ metaId }: Account): Promise<Seen[]> {
    const { posts, media } = await this.#stack.simulator.truth<Truth>();
    const onPage = posts.filter(({ page, publications }) => page === metaId && publications > 0);
    const onInstagram = media.filter(({ account }) => account === metaId);
    return [
      ...onPage.map(({ message: text, media: photos, publications: times, publishedAt }) => {
        return { text, altTexts: photos.map(({ altText }) => altText), atMs: Date.parse(publishedAt ?? ''), times };
      }),
      ...onInstagram.map(({ caption: text, media: items, publishedAt }) => {
        return { text, altTexts: items.map(({ altText }) => altText), atMs: Date.parse(publishedAt ?? ''), times: 1 };
      }),
    ];
  }
}
