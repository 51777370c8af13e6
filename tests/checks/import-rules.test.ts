import { expect, test } from 'vitest';
import { violations, violationsBelow } from './import-rules.ts';

const forbidden: [string, string, string][] = [
  [
    'a workflow runs no activity itself',
    'workflows/publish/a.ts',
    "import { x } from '../../activities/publish/x.ts';",
  ],
  ['a workflow has no zod', 'workflows/publish/a.ts', "import { z } from 'zod';"],
  ['a workflow has no node: module', 'workflows/publish/a.ts', "import { join } from 'node:path';"],
  ['the API never reaches activities', 'api/a.ts', "import { x } from '../activities/graph/client.ts';"],
  ['the API takes not even their types', 'api/a.ts', "import type { X } from '../activities/graph/client.ts';"],
  ['the API keeps the native worker out', 'api/a.ts', "import { Worker } from '@temporalio/worker';"],
  ['the API takes declarations of workflows only', 'api/a.ts', "import { next } from '../workflows/publish/state.ts';"],
  ['the databases know nobody of ours', 'db/a.ts', "import { nudge } from '../workflows/nudge.ts';"],
  ['the simulator is no mirror of our client', 'simulator/a.ts', "import { x } from '../meta/permissions.ts';"],
  ['activities do not run workflows', 'activities/a.ts', "import { publish } from '../workflows/publish/workflow.ts';"],
  ['an import over several lines is seen', 'db/a.ts', "import {\n  nudge,\n} from '../workflows/nudge.ts';"],
  ['an import at run time is seen', 'db/a.ts', "const x = await import('../api/app.ts');"],
  [
    'the command line asks Meta, and acts through workflows only',
    'deploy/ops/a.ts',
    "import { x } from '../../activities/connection/index.ts';",
  ],
  ['the command line runs no worker', 'deploy/ops/a.ts', "import { x } from '../../workers/reconcile.ts';"],
  ['code does not lean on tests', 'workers/a.ts', "import { x } from '../tests/stack/x.ts';"],
];

test.each(forbidden)('%s', (_, file, source) => {
  expect(violations(file, source)).toHaveLength(1);
});

const fine: [string, string, string][] = [
  [
    'a workflow knows the types of activities',
    'workflows/a.ts',
    "import type { A } from '../activities/publish/index.ts';",
  ],
  ['the API nudges', 'api/a.ts', "import { nudge } from '../workflows/nudge.ts';"],
  ['activities use the databases', 'activities/a.ts', "import { claim } from '../db/control/workflows/claim.ts';"],
  ['the command line asks Meta', 'deploy/ops/a.ts', "import { x } from '../../activities/graph/tokens.ts';"],
  ['a comment may name anything', 'db/a.ts', "// as in import x from '../api/app.ts'\nexport const a = 1;"],
];

test.each(fine)('%s', (_, file, source) => {
  expect(violations(file, source)).toEqual([]);
});

test('nobody in this repository imports what it may not', () => {
  expect(violationsBelow(new URL('../..', import.meta.url).pathname)).toEqual([]);
});
