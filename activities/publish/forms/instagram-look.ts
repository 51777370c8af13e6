import type { GraphAnswer } from '../../graph/client.ts';
import { metaId, textOf } from '../../graph/ids.ts';
import { idsIn } from '../../graph/ids-in.ts';
import { entriesIn } from '../../graph/list.ts';
import type { Binding, Bound, Calling, Look, Looking, Published } from './form.ts';

/** Instagram's clock and ours may differ by this much. */
const clockToleranceMs = 60_000;

/** What a container says of its publication; that it is not there says nothing. (IG Container reference, read 2026-09-11.) */
export async function lookAtContainer({ graph, token, subject }: Looking): Promise<Look> {
  const call = { method: 'GET', path: `/${subject}`, token, fields: ['status_code'], useCase: 'instagram' } as const;
  const answer = await graph.call<{ status_code?: unknown }>(call);
  if (!answer.ok) return { seen: 'no-answer', failure: answer.failure };
  switch (answer.data.status_code) {
    case 'PUBLISHED':
      return { seen: 'live' };
    case 'FINISHED':
      return { seen: 'not-live' };
    case 'EXPIRED':
    case 'ERROR':
      return { seen: 'not-live', isSpent: true };
    default:
      return { seen: 'no-answer' };
  }
}

interface Media {
  id?: unknown;
  caption?: unknown;
  media_type?: unknown;
  media_product_type?: unknown;
  permalink?: unknown;
  timestamp?: unknown;
}

const mediaFields = ['id', 'caption', 'media_type', 'media_product_type', 'permalink', 'timestamp'];

/**
 * Which media a published container became: the only one of that kind and caption since the commit that is not ours yet. A story shows no
 * caption. What is not listed yet is looked for again.
 */
export async function bindPublished(at: Binding): Promise<Bound> {
  const { content, ours } = at;
  const edge = content.form === 'instagram-story' ? 'stories' : 'media';
  const answer = await list(at, `/${content.row.accountMetaId}/${edge}`);
  if (!answer.ok) return { is: 'no-answer' };
  const like = answer.data
    .filter((media) => isLike(at, media))
    .flatMap((media) => {
      const id = metaId(media.id);
      return id ? [{ id, permalink: textOf(media.permalink) }] : [];
    });
  const known = await ours(like.map(({ id }) => id));
  const [found, ...others] = like.filter(({ id }) => !known.has(id));
  if (!found) return { is: 'no-answer' };
  if (others.length) return { is: 'none' };
  return { is: 'bound', metaId: found.id, ...(found.permalink ? { permalink: found.permalink } : {}) };
}

async function list({ graph, token }: Calling, path: string): Promise<GraphAnswer<Media[]>> {
  const call = {
    method: 'GET',
    path,
    token,
    fields: mediaFields,
    params: { limit: 50 },
    useCase: 'instagram',
  } as const;
  const answer = await graph.call<{ data?: unknown }>(call);
  if (!answer.ok) return answer;
  return { ok: true, data: entriesIn(answer.data.data) };
}

const looks = {
  'instagram-image': { media_product_type: 'FEED', media_type: 'IMAGE' },
  'instagram-carousel': { media_product_type: 'FEED', media_type: 'CAROUSEL_ALBUM' },
  'instagram-reel': { media_product_type: 'REELS' },
  'instagram-story': { media_product_type: 'STORY' },
} as const;

function isLike({ content: { form, row }, committedAt }: Binding, media: Media): boolean {
  const wanted: Partial<Media> = looks[form as keyof typeof looks];
  const isKind = Object.entries(wanted).every(([name, value]) => media[name as keyof Media] === value);
  const isCaption = form === 'instagram-story' || (media.caption ?? '') === (row.text ?? '');
  const since = Date.parse(String(media.timestamp)) - committedAt.getTime();
  return isKind && isCaption && since >= -clockToleranceMs;
}

export async function lastMedia({ graph, token, content }: Calling): Promise<GraphAnswer<string[]>> {
  const path = `/${content.row.accountMetaId}/media`;
  const params = { limit: 25 };
  return idsIn(await graph.call({ method: 'GET', path, token, fields: ['id'], params, useCase: 'instagram' }));
}

export async function readPermalink({ graph, token, metaId }: Published): Promise<GraphAnswer<string | undefined>> {
  const call = { method: 'GET', path: `/${metaId}`, token, fields: ['permalink'], useCase: 'instagram' } as const;
  const answer = await graph.call<Media>(call);
  return answer.ok ? { ok: true, data: textOf(answer.data.permalink) } : answer;
}
