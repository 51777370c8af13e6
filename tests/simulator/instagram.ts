import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { bakeryInstagram, ninePermissions, simulated } from './simulated.ts';

/** What an account can do with the permissions that Quixess asks for when everything is wanted of it. */
const allForInstagram = [...ninePermissions, 'instagram_manage_comments', 'instagram_manage_contents'];

/** A simulator, with the Instagram account of the bakery and a token that may do everything with it. */
export async function withInstagram() {
  const meta = await simulated();
  await meta.switch({ imageProcessingMs: 0, videoProcessingMs: 0 });
  const token = await asked(meta);
  const create = (form: Record<string, string>) => meta.post(`/v26.0/${bakeryInstagram}/media`, token, form);
  const status = async (container: string) =>
    (await meta.get(`/${container}`, token, { fields: 'status_code,status' })).body;
  return Object.assign(meta, {
    token,
    create,
    status,
    /** Creates a container and waits until it is of use. */
    async ready(form: Record<string, string>): Promise<string> {
      const { body } = await create(form);
      expect(body).toEqual({ id: expect.any(String) });
      await eventually(async () => (await status(body.id)).status_code).toBe('FINISHED');
      return body.id;
    },
    /** What the person lets the app do from now on: what is not named is declined. */
    leave: (permissions: string[]) => meta.decide({ permissions }, { scope: allForInstagram.join(',') }),
    commit: (container: string) =>
      meta.post(`/v26.0/${bakeryInstagram}/media_publish`, token, { creation_id: container }),
    liveMedia: async () => (await meta.sim('GET', `instagram/${bakeryInstagram}/live`)).body,
  });
}

async function asked(meta: Awaited<ReturnType<typeof simulated>>): Promise<string> {
  const code = (await meta.decide({}, { scope: allForInstagram.join(',') })).searchParams.get('code') ?? '';
  const user = (await meta.exchange((await meta.redeem(code)).body.access_token)).body.access_token;
  return (await meta.get(`/61550000000000001`, user, { fields: 'access_token' })).body.access_token;
}
