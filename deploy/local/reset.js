// `npm run reset`: wipes the data of the local stack, in wipe.ts.
import { underPinnedNode } from './pinned-node.js';

await underPinnedNode('wipe.ts');
