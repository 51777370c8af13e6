import type { GraphDoor, GraphObject } from './permission.ts';
import { permissions } from './permissions.ts';

/** What some permissions together let us ask of Meta. */
export interface Coverage {
  fields: Readonly<Partial<Record<GraphObject, readonly string[]>>>;
  /** Each call that may be made, with the objects that it may list or return. */
  doors: ReadonlyMap<string, readonly GraphObject[]>;
}

/** What the app's own standing lets us do, whatever was granted: see what a person granted, and give it back. */
const withoutPermission: readonly GraphDoor[] = ['GET permissions', 'DELETE permissions'];

/** Calls that belong to the app rather than to an object. */
export const graphAppPaths: readonly string[] = ['/debug_token', '/oauth/access_token'];

/** All that those permissions cover. Nothing else leaves this process: no profile of a person, no ads, no payment. */
export function coverageOf(names: readonly string[]): Coverage {
  const own = permissions.filter(({ name }) => names.includes(name));
  const objects = new Set(own.flatMap(({ fields }) => Object.keys(fields) as GraphObject[]));
  const fields = Object.fromEntries(
    [...objects].map((object) => [object, [...new Set(own.flatMap((permission) => permission.fields[object] ?? []))]]),
  );
  const doors = new Map<string, GraphObject[]>(withoutPermission.map((door) => [door, []]));
  for (const [door, object] of own.flatMap((permission) => Object.entries(permission.doors)))
    doors.set(door, [...(doors.get(door) ?? []), ...(object ? [object] : [])]);
  return { fields, doors };
}

/** The fields of an object that may be asked with a token to which those permissions were granted. */
export const fieldsFor = (object: GraphObject, granted: readonly string[]): readonly string[] =>
  coverageOf(granted).fields[object] ?? [];

/** Every field of each object that any permission covers. */
export const graphFields = coverageOf(permissions.map(({ name }) => name)).fields as Readonly<
  Record<GraphObject, readonly string[]>
>;
