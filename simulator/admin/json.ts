import type { Context } from 'koa';
import { z } from 'zod';
import { GraphError } from '../errors.ts';
import { readText } from '../http/body.ts';

/** A handler that gives something away. */
export function giving(give: (ctx: Context) => unknown) {
  return (ctx: Context): void => {
    ctx.body = give(ctx);
  };
}

/** A handler of a JSON body of that shape; what does not fit, or comes back as a problem, is a 400 that says why. */
export function accepting<Input>(shape: z.ZodType<Input>, act: (input: Input) => object) {
  return acceptingFor(shape, (_id, input: Input) => act(input));
}

/** The same, of a path with an id in it. */
export function acceptingFor<Input>(shape: z.ZodType<Input>, act: (id: string, input: Input) => object) {
  return async (ctx: Context): Promise<void> => {
    const parsed = shape.safeParse(await readJson(ctx));
    const id = (ctx.params as { id?: string }).id ?? '';
    const result = parsed.success ? attempt(() => act(id, parsed.data)) : { problem: z.prettifyError(parsed.error) };
    if ('problem' in result) ctx.status = 400;
    ctx.body = result;
  };
}

/** Answers that what the path names is not there. */
export function refuseMissing(ctx: Context, what: string): void {
  ctx.status = 404;
  ctx.body = { problem: `There is no such ${what}.` };
}

/** An id that is taken is the caller's mistake, not ours. */
function attempt(act: () => object): object {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && /constraint failed/.test(error.message))
      return { problem: 'That id is taken already.' };
    throw error;
  }
}

async function readJson(ctx: Context): Promise<unknown> {
  try {
    return JSON.parse(await readText(ctx.req));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof GraphError) return undefined;
    throw error;
  }
}
