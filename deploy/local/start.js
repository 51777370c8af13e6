// `npm start`: runs on any Node from 20 on, installs what is missing, and goes on under the pinned Node in stack.ts.
import { underPinnedNode } from './pinned-node.js';

await underPinnedNode('stack.ts');
