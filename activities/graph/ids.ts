const shape = /^\d{1,32}(_\d{1,32})?$/;

/** An id as Meta sends it, which is a string now and was a number once. @returns undefined for what cannot be one */
export function metaId(value: unknown): string | undefined {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && shape.test(id) ? id : undefined;
}

/** A text field that may be absent, empty or of another type. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
