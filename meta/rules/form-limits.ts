import type { Form } from '../kinds.ts';
import { instagramLimits } from './instagram-limits.ts';
import type { FormLimits } from './limits.ts';
import { pageLimits } from './page-limits.ts';

/** Everything that Meta limits, a form a line. */
export const formLimits: Readonly<Record<Form, FormLimits>> = { ...pageLimits, ...instagramLimits };
