import { newTraceId } from './state/ids.ts';

interface Details {
  subcode?: number;
  status?: number;
  type?: string;
  userTitle?: string;
  userMessage?: string;
  transient?: boolean;
  data?: Record<string, unknown>;
}

/** A refusal as Meta words it. Thrown by what handles a call, and turned into the envelope in one place. */
export class GraphError extends Error {
  readonly code: number;
  readonly status: number;
  readonly type: string;
  readonly details: Details;

  constructor(code: number, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.status = details.status ?? 400;
    this.type = details.type ?? 'OAuthException';
    this.details = details;
  }
}

/** The body of a refusal. */
export function envelope(error: GraphError): { error: Record<string, unknown> } {
  const { subcode, userTitle, userMessage, transient, data } = error.details;
  return {
    error: {
      message: error.message,
      type: error.type,
      code: error.code,
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(transient !== undefined && { is_transient: transient }),
      ...(userTitle && { error_user_title: userTitle }),
      ...(userMessage && { error_user_msg: userMessage }),
      ...(data && { error_data: data }),
      fbtrace_id: newTraceId(),
    },
  };
}

/** Meta escapes what is not ASCII, and slashes; whoever compares bytes should meet that here. */
export function metaJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const documentation = 'Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api';

export const notFound = (method: string, id: string) =>
  new GraphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. ${documentation}`,
    { subcode: 33, type: 'GraphMethodException' },
  );

export const unknownPath = (components: string) => new GraphError(2500, `Unknown path components: ${components}`);

export const unknownAlias = (alias: string) =>
  new GraphError(803, `(#803) Some of the aliases you requested do not exist: ${alias}`, { status: 404 });

export const unknownField = (field: string, node: string) =>
  new GraphError(100, `(#100) Tried accessing nonexisting field (${field}) on node type (${node})`);

export const badParameter = (words: string) => new GraphError(100, `(#100) ${words}`);

export const permissionMissing = (permissions: readonly string[]) =>
  new GraphError(
    10,
    `(#10) This endpoint requires the '${permissions.join("' and '")}' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions for details.`,
  );

export const notAllowed = (words: string) => new GraphError(200, `(#200) ${words}`);

/** A chunk that is not the one that was asked for; says which one is. */
export const videoUploadProblem = (offsets: Record<string, unknown>) =>
  new GraphError(6001, '(#6001) There was a problem uploading your video. Please try again.', {
    subcode: 1_363_037,
    transient: true,
    data: offsets,
  });

const deathWords: Record<number, string> = {
  458: 'Error validating access token: The user has not authorized application.',
  459: 'Error validating access token: The user is checkpointed and must log in at www.facebook.com.',
  460: 'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
  463: 'Error validating access token: Session has expired.',
  464: 'Error validating access token: Sessions for the user are not allowed because the user is not a confirmed user.',
  467: 'Error validating access token: The session is invalid because the user logged out.',
  492: 'Error validating access token: The user must be an administrator, editor, or moderator of the page.',
};

/** The token is no good; the subcode says why. */
export const tokenDead = (subcode?: number) =>
  new GraphError(
    190,
    subcode === undefined
      ? 'Invalid OAuth access token - Cannot parse access token'
      : (deathWords[subcode] ?? 'Error validating access token: The session is invalid.'),
    subcode === undefined ? {} : { subcode },
  );
