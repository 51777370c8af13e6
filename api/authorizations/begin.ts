import { route } from '../http/route.ts';
import { Begun, beginAttempt } from './attempt.ts';

export const beginAuthorization = route(
  {
    method: 'post',
    path: '/v1/authorizations',
    summary: 'Begin to connect a Meta login',
    description:
      'Valid for 15 minutes, in the browser of this session. Meta sends the browser back to /oauth/meta/callback; how it went is in GET /v1/authorizations/{id}.',
    role: 'owner',
    person: true,
    idempotent: 'secret',
    answers: { 201: Begun },
  },
  (request) => beginAttempt(request),
);
