import { type Coverage, coverageOf, graphAppPaths, graphFields } from '../../meta/graph-objects.ts';

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

/** What is ever looked at of the person who logged in: never a profile, never messages. */
const ofPerson: readonly string[] = ['accounts', 'businesses', 'permissions'];

/**
 * Looks at a call before it is sent: only what a permission covers that this installation asks for.
 * @throws GraphCallNotAllowed
 */
export function assertAllowed(asked: Asked, coverage: Coverage): void {
  const objection = objectionTo(asked, coverage);
  if (objection) throw new GraphCallNotAllowed(objection);
}

/** Of what a call asks, the part that those permissions cover; undefined where they do not cover the call at all. */
export function coveredBy<Call extends Partial<Asked> & Pick<Asked, 'method' | 'path'>>(
  granted: readonly string[],
  call: Call,
): Call | undefined {
  const { fields, doors } = coverageOf(granted);
  const [, , edge] = call.path.split('/');
  const objects = doors.get(edge === undefined ? call.method : `${call.method} ${edge}`);
  if (!objects) return undefined;
  if (!call.fields?.length) return call;
  const kind = kindOf(call.fields);
  const covered = call.fields.filter((field) => kind !== undefined && fields[kind]?.includes(field));
  return covered.length ? { ...call, fields: covered } : undefined;
}

/** The object that is asked for all of these fields. */
const kindOf = (asked: readonly string[]) =>
  (Object.keys(graphFields) as (keyof typeof graphFields)[]).find((kind) =>
    asked.every((field) => graphFields[kind].includes(field)),
  );

function objectionTo({ method, path, fields }: Asked, coverage: Coverage): string | undefined {
  if (graphAppPaths.includes(path)) return fields.length ? 'This call takes no fields' : undefined;
  const [start, node = '', edge, ...rest] = path.split('/');
  if (start !== '' || rest.length || !segment.test(node)) return 'The path is not one of a Graph object';
  if (node === 'me' && !ofPerson.includes(edge ?? ''))
    return 'Nothing of a person is read but their Pages and businesses';
  if (edge !== undefined) return objectionToEdge(`${method} ${edge}`, fields, coverage);
  if (!coverage.doors.has(method)) return 'No permission covers this call';
  if (!fields.length) return method === 'GET' ? 'An object is asked for by its fields' : undefined;
  // The kind of a node cannot be seen from its id: all fields must be those of one kind.
  const fits = Object.values(coverage.fields).some((allowed) => fields.every((field) => allowed.includes(field)));
  return fits ? undefined : 'No Graph object is asked for these fields';
}

function objectionToEdge(door: string, fields: readonly string[], coverage: Coverage): string | undefined {
  const objects = coverage.doors.get(door);
  if (!objects) return 'This edge is not called';
  if (!fields.length)
    return door.startsWith('GET ') && objects.length ? 'A list is asked for by its fields' : undefined;
  const fits = objects.some((object) => fields.every((field) => coverage.fields[object]?.includes(field)));
  return fits ? undefined : 'A field is not in the list of what is asked';
}
