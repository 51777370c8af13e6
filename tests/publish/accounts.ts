import { picture } from '../../deploy/local/demo/picture.ts';
import { patientMs } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';
import { film } from './films.ts';
import { Page, type Post, type Target } from './page.ts';

export interface TrueVideo {
  id: string;
  page: string;
  finishCalls: number;
  publications: number;
  description: string | null;
}

export interface TrueContainer {
  id: string;
  account: string;
  caption: string | null;
  altText: string | null;
  mediaType: string;
  children: string[];
  readyAt: string | null;
  options: Record<string, unknown>;
  publishCalls: number;
  publications: number;
}

export interface TrueMedia {
  id: string;
  account: string;
  container: string | null;
  caption: string | null;
  media: { sha256: string; altText: string | null; coverSha256: string | null }[];
  options: Record<string, unknown>;
  isPublished: boolean;
}

interface TruePost {
  id: string;
  page: string;
  kind: string;
  message: string | null;
  media: { sha256: string; altText: string | null }[];
  publications: number;
  deletedAt: string | null;
}

export type Scheduled = Post & { text: string };

let seed = 1_000;

/** An account that no other test knows: what goes wrong for it goes wrong for it alone, and tests can run side by side. */
export class Account {
  readonly page: Page;
  readonly #stack: Stack;
  /** The Page itself, or the one that an Instagram account is reached through. */
  readonly #pageId: string;
  /** Who connected it. */
  readonly person: string;

  private constructor(stack: Stack, page: Page, { person, pageId }: { person: string; pageId: string }) {
    this.#stack = stack;
    this.page = page;
    this.person = person;
    this.#pageId = pageId;
  }

  static async open(stack: Stack, platform: 'facebook' | 'instagram'): Promise<Account> {
    const name = `Kim ${seed++}`;
    const pages = [{ name, ...(platform === 'instagram' ? { instagram: { username: `kim.${seed}` } } : {}) }];
    const person = await simulate<{ id: string; pages: { id: string }[] }>(stack, '/sim/users', { name, pages });
    const page = await Page.connect(stack, person.id, platform);
    return new Account(stack, page, { person: person.id, pageId: person.pages[0]?.id ?? '' });
  }

  get metaId(): string {
    return this.page.metaId;
  }

  /** A PNG, which Instagram does not take as it is. */
  photo = () => this.page.uploadFile(picture(seed++, 800, 800));
  film = (shape: 'upright' | 'wide' = 'upright', minBytes = 0) => this.page.uploadFile(film(shape, minBytes));

  schedule = (kind: string, media: string[], more: Record<string, unknown> = {}): Promise<Scheduled> =>
    this.page.schedule({
      kind,
      media: media.map((id) => ({ id })),
      ...(kind === 'story' ? { text: null } : {}),
      ...more,
    });

  fault = (fault: { call: string; then: string; [option: string]: unknown }) =>
    this.#stack.simulator.fault({ ...fault, page: this.#pageId });

  /** How often each of its faults has hit, in their order. */
  hits = async () => (await this.#stack.simulator.faults(this.#pageId)).map(({ hits }) => hits);
  noFaults = () => this.#stack.simulator.noFaults(this.#pageId);

  published = (post: Scheduled, withinMs = patientMs): Promise<Target> =>
    this.page.becomes(post, 'published', withinMs);

  /** What of it there ever was at Meta. */
  async truth() {
    const { simulator } = this.#stack;
    const all = await simulator.truth<{
      posts: TruePost[];
      videos: TrueVideo[];
      containers: TrueContainer[];
      media: TrueMedia[];
      comments: { object: string; message: string }[];
      photos: { page: string; id: string; deletedAt: string | null }[];
    }>();
    const posts = all.posts.filter(({ page }) => page === this.metaId);
    const media = all.media.filter(({ account }) => account === this.metaId);
    const own = new Set([...posts, ...media].map(({ id }) => id));
    return {
      posts,
      media,
      videos: all.videos.filter(({ page }) => page === this.metaId),
      containers: all.containers.filter(({ account }) => account === this.metaId),
      photos: all.photos.filter(({ page }) => page === this.metaId),
      comments: all.comments.filter(({ object }) => own.has(object)),
    };
  }

  /** How often anything of it became visible. */
  async publications(): Promise<number> {
    const { posts, media } = await this.truth();
    return posts.reduce((sum, post) => sum + post.publications, 0) + media.length;
  }
}

/** What somebody does at Meta, or the simulator is told. */
export const simulate = <T>({ simulator }: Stack, path: string, body: unknown, method = 'POST') =>
  simulator.ask<T>(method, path, body);
