import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphClient } from '../../activities/graph/client.ts';
import { newPerson } from '../connection/person.ts';
import type { Stack } from '../stack/stack.ts';
import { picture } from './crowd.ts';
import { promptKinds } from './kinds.ts';
import { appIdentity, pageTokens } from './page-tokens.ts';

/** One call that makes a draft public. */
export interface CommitCall {
  path: string;
  token: string;
  params: Record<string, string | boolean>;
  /** By which it is found at Meta. */
  text: string;
}

interface Account {
  page: string;
  instagram: string;
  token: string;
}

const madeAtOnce = 8;
/** No account is stopped by what a day allows it. */
export const noQuotas = { publishingQuota: 1_000_000, containersADay: 1_000_000 };

/** Somebody new with so many accounts, and drafts of the same kinds in turn as the posts of the crowd: what is left is one call for each. */
export async function makeDrafts(stack: Stack, { posts, accounts }: { posts: number; accounts: number }) {
  await stack.simulator.switches({ ...noQuotas, imageProcessingMs: 0 });
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, ...appIdentity(stack) });
  const image = await picture(0);
  const server = createServer((_, response) => response.setHeader('content-type', 'image/jpeg').end(image));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const owned = await newAccounts(stack, graph, accounts / 2);
    const drafting = new Drafting(graph, `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture.jpg`);
    const calls: CommitCall[] = [];
    const numbers = Array.from({ length: posts }, (_, n) => n).values();
    const maker = async () => {
      for (const n of numbers) calls.push(await drafting.make(n, owned[n % owned.length] as Account));
    };
    await Promise.all(Array.from({ length: madeAtOnce }, maker));
    return calls;
  } finally {
    server.close();
    await graph.close();
  }
}

async function newAccounts(stack: Stack, graph: GraphClient, pages: number): Promise<Account[]> {
  const of = crypto.randomUUID().slice(0, 8);
  const person = await newPerson(
    stack.simulator,
    Array.from({ length: pages }, (_, n) => ({ name: `Page ${n} of ${of}`, instagram: { username: `s${n}.${of}` } })),
  );
  const tokens = await pageTokens(stack, graph, person);
  return person.pages.map(({ id, instagram = '' }, n) => ({ page: id, instagram, token: tokens[n]?.token ?? '' }));
}

class Drafting {
  readonly #graph: GraphClient;
  readonly #imageUrl: string;
  readonly #of = crypto.randomUUID();

  constructor(graph: GraphClient, imageUrl: string) {
    this.#graph = graph;
    this.#imageUrl = imageUrl;
  }

  /** The photos of a Page's post were attached before; its call is that of a text. */
  async make(n: number, { page, instagram, token }: Account): Promise<CommitCall> {
    const text = `Draft ${n} of ${this.#of}`;
    const kind = promptKinds[n % promptKinds.length];
    if (kind?.platform === 'facebook') {
      const id = await this.#made(`/${page}/feed`, token, { message: text, published: false });
      return { path: `/${id}`, token, params: { is_published: true }, text };
    }
    const create = (params: Record<string, string | boolean>) => this.#made(`/${instagram}/media`, token, params);
    const image = { image_url: this.#imageUrl };
    const items = kind && kind.files.length > 1 ? kind.files.map(() => ({ ...image, is_carousel_item: true })) : [];
    const children: string[] = [];
    for (const item of items) children.push(await create(item));
    const content = children.length ? { media_type: 'CAROUSEL', children: children.join(',') } : image;
    const id = await create({ ...content, caption: text });
    return { path: `/${instagram}/media_publish`, token, params: { creation_id: id }, text };
  }

  async #made(path: string, token: string, params: Record<string, string | boolean>): Promise<string> {
    const made = await this.#graph.call<{ id: string }>({ method: 'POST', path, token, params });
    if (!made.ok) throw new Error('A draft could not be made');
    return made.data.id;
  }
}
