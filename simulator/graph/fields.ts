import { GraphError, unknownField } from '../errors.ts';
import type { Call } from './call.ts';

/** A field as it was asked for: `instagram_business_account{id,username}`, `picture.type(large)`. */
export interface Field {
  name: string;
  fields: readonly Field[];
}

export type FieldTable<Subject> = Readonly<Record<string, (subject: Subject, call: Call, asked: Field) => unknown>>;

const LONGEST_FIELDS = 10_000;
const DEEPEST_FIELDS = 8;

/** Reads the `fields` parameter; what does not parse is refused with 2500, as every syntax error. */
function parseFields(text: string): Field[] {
  if (text.length > LONGEST_FIELDS) throw syntaxError(LONGEST_FIELDS);
  const reader = { text, at: 0 };
  const fields = readFields(reader, 0);
  if (reader.at < text.length) throw syntaxError(reader.at);
  return fields;
}

interface Reader {
  text: string;
  at: number;
}

function readFields(reader: Reader, depth: number): Field[] {
  if (depth > DEEPEST_FIELDS) throw syntaxError(reader.at);
  const fields: Field[] = [];
  do {
    const field = readField(reader, depth);
    if (field) fields.push(field);
  } while (take(reader, /\s*,/y));
  return fields;
}

function readField(reader: Reader, depth: number): Field | undefined {
  const name = take(reader, /\s*([A-Za-z_][\w]*)/y);
  if (name === undefined) return undefined;
  while (take(reader, /\.\w+\([^(){}]*\)/y)) {
    // Modifiers such as .limit(0) and .type(large) change how much of a field is given, which matters to nobody here.
  }
  if (!take(reader, /\s*\{/y)) return { name, fields: [] };
  const fields = readFields(reader, depth + 1);
  if (!take(reader, /\s*\}/y)) throw syntaxError(reader.at);
  return { name, fields };
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (!found) return undefined;
  reader.at = pattern.lastIndex;
  return found[1] ?? found[0];
}

const syntaxError = (at: number) => new GraphError(2500, `Syntax error "Expected end of string" at character ${at}`);

/** The fields a caller asked for, or those one gets unasked. */
export function askedFields(call: Call, unasked: readonly string[]): Field[] {
  const asked = parseFields(call.params.text('fields') ?? '');
  return asked.length ? asked : unasked.map((name) => ({ name, fields: [] }));
}

/** One object with those fields; one that does not exist refuses the whole call. What has no value is left out. */
export function pick<Subject>(
  call: Call,
  node: { name: string; table: FieldTable<Subject> },
  subject: Subject,
  fields: readonly Field[],
): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const field of [...fields, { name: 'id', fields: [] }]) {
    const read = Object.hasOwn(node.table, field.name) ? node.table[field.name] : undefined;
    if (!read) throw unknownField(field.name, node.name);
    const value = read(subject, call, field);
    if (value !== undefined && value !== null) answer[field.name] = value;
  }
  return answer;
}

/** Only those members of a value that were asked for, all of them when none was. */
export function narrowed(value: Record<string, unknown>, { fields }: Field): Record<string, unknown> {
  if (!fields.length) return value;
  return Object.fromEntries(
    fields.filter(({ name }) => value[name] !== undefined).map(({ name }) => [name, value[name]]),
  );
}
