import { Browser } from '../../deploy/local/demo/browser.ts';
import { type Connected, connect } from '../../deploy/local/demo/connect.ts';
import { picture } from '../../deploy/local/demo/picture.ts';
import { Steps } from '../../deploy/local/demo/steps.ts';
import { eventually, patientMs } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';

export interface Target {
  id: string;
  state: string;
  reason: string | null;
  choices: string[];
  permalink: string | null;
  publishedAt: string | null;
}

export interface Post {
  id: string;
  publishAt: string | null;
  targets: [Target];
}

interface TruePost {
  id: string;
  page: string;
  message: string | null;
  link: string | null;
  photoIds: string[];
  isPublished: boolean;
  publishedAt: string | null;
  publications: number;
  publishCalls: number;
  deletedAt: string | null;
}

export interface Truth {
  posts: TruePost[];
  photos: { id: string; altText?: string | null; post: string | null; deletedAt: string | null }[];
  comments: { object: string; message: string }[];
}

let made = 0;

/** A connected Page of the demo tenant: what its member schedules, and what is true at Meta. */
export class Page {
  readonly #stack: Stack;
  readonly account: string;
  readonly metaId: string;

  private constructor(stack: Stack, { account, metaId }: Connected) {
    this.#stack = stack;
    this.account = account;
    this.metaId = metaId;
  }

  static async connect(stack: Stack, person?: string, platform: 'facebook' | 'instagram' = 'facebook'): Promise<Page> {
    const browser = new Browser();
    const login = { email: 'demo@quixess.local', password: 'demo-quixess-social' };
    await browser.api(stack.urls.api, 'POST', '/v1/session', login);
    return new Page(
      stack,
      await connect(browser, stack.urls.api, new Steps(false), { person, platform, withinMs: patientMs }),
    );
  }

  /** @returns the post as the API answered, with the text by which it is found at Meta */
  async schedule(
    post: Record<string, unknown> & { dueInMs?: number; key?: string; kind?: string } = {},
  ): Promise<Post & { text: string }> {
    const {
      dueInMs = 0,
      key = crypto.randomUUID(),
      kind = 'feed',
      ...body
    } = { text: `Text ${made++} ${crypto.randomUUID()}`, ...post };
    const answer = await this.#stack.member.post<Post>(
      '/v1/posts',
      {
        targets: [{ account: this.account, kind }],
        ...(dueInMs ? { publishAt: new Date(Date.now() + dueInMs).toISOString() } : {}),
        ...body,
      },
      { 'idempotency-key': key },
    );
    if (answer.status !== 201) throw new Error(`Scheduling answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return { ...answer.body, text: String(body.text) };
  }

  upload(): Promise<string> {
    return this.uploadFile(picture(made++));
  }

  /** The same bytes again are the same media. */
  async uploadFile(bytes: Uint8Array): Promise<string> {
    const answer = await this.#stack.member.send<{ id: string }>('POST', '/v1/media', bytes, {
      'content-type': 'application/octet-stream',
      'idempotency-key': crypto.randomUUID(),
    });
    if (answer.status !== 201 && answer.status !== 200)
      throw new Error(`Uploading answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  async target({ id }: Pick<Post, 'id'>): Promise<Target> {
    return (await this.#stack.member.get<Post>(`/v1/posts/${id}`)).body.targets[0];
  }

  /** Waits until the target has come to the state. */
  becomes(post: Pick<Post, 'id'>, state: string, withinMs = patientMs): Promise<Target> {
    const what = `the target to be ${state}`;
    return eventually(
      async () => {
        const target = await this.target(post);
        if (target.state === state) return target;
        throw new Error(`it is ${target.state}: ${target.reason}`);
      },
      { withinMs, what },
    );
  }

  /** Schedules one whose commit waits in a worker, with time left until its instant: a busy machine gets more of it. */
  async parked(post: Record<string, unknown> & { dueInMs: number }): Promise<Post & { text: string }> {
    for (let { dueInMs } = post; ; dueInMs *= 2) {
      const made = await this.schedule({ ...post, dueInMs });
      const look = async () => (await this.steps(made, 'commit'))[0];
      const seen = await eventually(look, { what: 'the commit to be parked' });
      if (seen === 'armed' && Date.parse(made.publishAt ?? '') - Date.now() > dueInMs / 4) return made;
    }
  }

  /** Every object at Meta that was ever made with this text, published or not. */
  async everMade({ text }: { text: string }): Promise<TruePost[]> {
    const { posts } = await this.#stack.simulator.truth<Truth>();
    return posts.filter((post) => post.message === text);
  }

  /** How often something with this text became visible to visitors. */
  async publications(post: { text: string }): Promise<number> {
    return (await this.everMade(post)).reduce((sum, { publications }) => sum + publications, 0);
  }

  /** The outcomes of one kind of step, in their order. */
  async steps({ id }: Pick<Post, 'id'>, step: string): Promise<string[]> {
    interface History {
      targets: { steps: { step: string; outcome: string }[] }[];
    }
    const { body } = await this.#stack.member.get<History>(`/v1/posts/${id}/history`);
    return body.targets.flatMap(({ steps }) => steps.filter((s) => s.step === step).map((s) => s.outcome));
  }
}
