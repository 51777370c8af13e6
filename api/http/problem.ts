import { z } from 'zod';

interface ProblemKind {
  status: number;
  title: string;
  /** For the documentation: when it happens, and what to do. */
  meaning: string;
}

/** Every problem the API answers with. The names are part of the API: clients may branch on them. */
export const problems = {
  'broken-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The request body could not be read as JSON in UTF-8. Nothing was done.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be understood',
    meaning: 'A header or a part of the address is malformed. Nothing was done.',
  },
  unauthenticated: {
    status: 401,
    title: 'Who is asking?',
    meaning: 'No session or API key was given, or it has expired or was revoked. Log in, or send a valid key.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'E-mail or password is wrong',
    meaning: 'The two do not belong together. Which one is wrong is not said.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning: 'The caller is known, but its role or kind does not allow this.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The request comes from another site',
    meaning: "A request with a session cookie that changes something must carry an Origin header equal to this API's.",
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such thing here, or it belongs to somebody else.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Not with this method',
    meaning: 'The path exists, but not for this method. The Allow header lists the methods it has.',
  },
  conflict: {
    status: 409,
    title: 'Not in this state',
    meaning: 'What is asked for does not fit the present state. Read it again and decide anew.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The Idempotency-Key was used for something else',
    meaning: 'The same key came with another request within 24 hours. Use a new key for a new request.',
  },
  'idempotency-busy': {
    status: 409,
    title: 'The same request is still under way',
    meaning: 'A request with this Idempotency-Key has not been answered yet. Repeat after the time in Retry-After.',
  },
  'authorization-refused': {
    status: 400,
    title: 'This connection attempt cannot be continued',
    meaning: 'What came back from Meta does not belong to a waiting attempt of this session. Begin again.',
  },
  stale: {
    status: 412,
    title: 'Changed in the meantime',
    meaning:
      'What If-Match names is not what is there any more: somebody else has changed it. Read it again and decide anew.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'The limit is in the answer. Nothing was kept.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This kind of content is not accepted',
    meaning: 'The Content-Type, or what the bytes really are, is not among those accepted. Nothing was kept.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'No such range',
    meaning: 'The Range header asks for bytes beyond the end.',
  },
  invalid: {
    status: 422,
    title: 'The request breaks a rule',
    meaning: 'It is well-formed, but not acceptable. Each entry of errors says where and why.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts',
    meaning: 'Wait for the time in Retry-After.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'This API key or session, or its tenant, asks too much in a minute. Wait for the time in Retry-After. Nothing was done.',
  },
  'storage-full': {
    status: 409,
    title: 'No room for more media',
    meaning:
      'The tenant keeps as much as it may. Delete media that no post needs, then upload again; what had come within the last hour is freed within two. Nothing was kept.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'The fault is ours and has been logged. With an Idempotency-Key the request can be repeated safely.',
  },
  unavailable: {
    status: 503,
    title: 'Not available at this moment',
    meaning:
      'A part this needs does not answer, or has no room left. Nothing was lost; repeat after the time in Retry-After.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problems;

/** One thing that is wrong with a request, and where. */
export const Flaw = z
  .object({
    detail: z.string(),
    pointer: z.string().optional().meta({ description: 'JSON pointer into the body' }),
    parameter: z.string().optional().meta({ description: 'name of the query or path parameter' }),
  })
  .meta({ id: 'Flaw' });
export type Flaw = z.infer<typeof Flaw>;

export const Problem = z
  .object({
    type: z.string().meta({ description: 'stable; listed in /docs', example: '/problems/invalid' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'for people: what is wrong and what to do' }),
    errors: z.array(Flaw).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });
export type Problem = z.infer<typeof Problem>;

/** What a handler gives back instead of an answer when it does not do what was asked. */
export interface Refusal {
  problem: ProblemName;
  detail: string;
  errors?: Flaw[];
  headers?: Record<string, string>;
}

export const refuse = (problem: ProblemName, detail: string, more: Omit<Refusal, 'problem' | 'detail'> = {}) => ({
  problem,
  detail,
  ...more,
});

/** Refuses by a rule that one field of the body breaks. */
export const flawed = (flaws: Flaw[]): Refusal =>
  refuse('invalid', flaws.map(({ detail }) => detail).join(' '), { errors: flaws });

export const isRefusal = (answer: object): answer is Refusal => 'problem' in answer;

export const problemType = (name: ProblemName) => `/problems/${name}`;

export function problemBody({ problem, detail, errors }: Refusal): Problem {
  const { status, title } = problems[problem];
  return { type: problemType(problem), title, status, detail, ...(errors && { errors }) };
}
