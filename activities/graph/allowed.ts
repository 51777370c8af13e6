import { graphAppPaths, graphEdges, graphFields } from '../../meta/graph-objects.ts';

/** A call that this product does not make: a bug of ours, found before anything is sent. Names no id and no value. */
class GraphCallNotAllowed extends Error {
  override name = 'GraphCallNotAllowed';
}

interface Asked {
  method: string;
  path: string;
  fields: readonly string[];
}

/** An id, or `me`; never anything that could lead to another path or host. */
const segment = /^[A-Za-z0-9_]{1,128}$/;

/**
 * Looks at a call before it is sent: only known edges, and only fields of the allow-list.
 * @throws GraphCallNotAllowed
 */
export function assertAllowed(asked: Asked): void {
  const objection = objectionTo(asked);
  if (objection) throw new GraphCallNotAllowed(objection);
}

function objectionTo({ method, path, fields }: Asked): string | undefined {
  if (graphAppPaths.includes(path)) return fields.length ? 'This call takes no fields' : undefined;
  const [start, node = '', edge, ...rest] = path.split('/');
  if (start !== '' || rest.length || !segment.test(node)) return 'The path is not one of a Graph object';
  if (edge !== undefined) return objectionToEdge(method, edge, fields);
  if (node === 'me') return 'The profile of a person is never read';
  if (!fields.length) return method === 'GET' ? 'An object is asked for by its fields' : undefined;
  // The kind of a node cannot be seen from its id: all fields must be those of one kind.
  const kinds: readonly (readonly string[])[] = Object.values(graphFields);
  const fits = kinds.some((allowed) => fields.every((field) => allowed.includes(field)));
  return fits ? undefined : 'No Graph object is asked for these fields';
}

function objectionToEdge(method: string, edge: string, fields: readonly string[]): string | undefined {
  if (!Object.hasOwn(graphEdges, edge)) return 'This edge is not called';
  const object = graphEdges[edge];
  const allowed: readonly string[] = object ? graphFields[object] : [];
  if (method === 'GET' && object && !fields.length) return 'A list is asked for by its fields';
  return fields.every((field) => allowed.includes(field)) ? undefined : 'A field is not in the list of what is asked';
}
