import type { HttpClient } from '../stack/http.ts';
import { ask } from './ask.ts';
import type { Wish } from './commands.ts';
import type { Acknowledged } from './judge.ts';
import type { Wording } from './plan.ts';

/** A post as it stands at the API, and how its wordings are written there. */
export interface Asked {
  post: string;
  textOf: (wording: number) => string;
  wordings: readonly Wording[];
  /** The media that a picture was uploaded as. */
  mediaOf: (picture: number) => string;
}

/** The content of a post as the API takes it. */
export const contentOf = ({ textOf, wordings, mediaOf }: Omit<Asked, 'post'>, number: number) => {
  const { link, pictures } = wordings[number] as Wording;
  const media = pictures.map(({ picture, altText }) => ({ id: mediaOf(picture), ...(altText && { altText }) }));
  return { text: textOf(number), link: link ?? null, media };
};

/** @returns what was acknowledged; nothing where it was too late */
export async function wish(member: HttpClient, asked: Asked, { ...what }: Wish): Promise<Acknowledged[]> {
  const path = `/v1/posts/${asked.post}`;
  const nowMs = Date.now();
  switch (what.do) {
    case 'cancel': {
      const answer = await ask(member, 'DELETE', path);
      return inTime(answer) ? [{ what: 'cancel' }] : [];
    }
    case 'edit': {
      const answer = await ask(member, 'PATCH', path, contentOf(asked, what.wording));
      const [text, wording] = [asked.textOf(what.wording), asked.wordings[what.wording] as Wording];
      return inTime(answer) ? [{ what: 'content', text, wording }] : [];
    }
    case 'publish now': {
      const answer = await ask(member, 'POST', `${path}/publish`);
      return inTime(answer) ? [{ what: 'due', notBeforeMs: nowMs }] : [];
    }
    case 'reschedule': {
      const notBeforeMs = nowMs + what.inMs;
      const answer = await ask(member, 'PATCH', path, { publishAt: new Date(notBeforeMs).toISOString() });
      return inTime(answer) ? [{ what: 'due', notBeforeMs }] : [];
    }
  }
}

function inTime({ status, body }: { status: number; body: unknown }): boolean {
  if (status >= 200 && status < 300) return true;
  if (status === 409) return false;
  throw new Error(`The API answered ${status}: ${JSON.stringify(body)}`);
}
