import { Claims } from '../../activities/publish/claims.ts';
import type { PublishParts } from '../../activities/publish/parts.ts';
import { Rush } from '../../activities/publish/rush.ts';
import { FileMediaStore } from '../../db/media/file-store.ts';

type Opened = Pick<PublishParts, 'control' | 'routeKey' | 'vault' | 'tenants' | 'graph' | 'temporal'>;

/** What activities about posts without files need of a worker, for tests that call them by hand. */
export function publishParts({ control, routeKey, vault, tenants, graph, temporal }: Opened): PublishParts {
  const goingDown = new AbortController().signal;
  return {
    ...{ control, routeKey, vault, tenants, graph, temporal },
    ...{ media: new FileMediaStore('/nowhere'), mediaAddress: () => 'https://example.com' },
    ...{ claims: new Claims(control, goingDown), rush: new Rush(), witnessFactor: 1, goingDown },
  };
}
