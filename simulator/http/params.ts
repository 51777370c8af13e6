/** What came with a call, wherever it came: query, form, JSON or multipart. JSON may carry any value, the others text. */
export class Params {
  readonly #values = new Map<string, unknown>();

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** As text; what is not text or a number or a boolean counts as absent. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** `true`, `1`, `false` and `0`; anything else is no answer. */
  boolean(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : undefined;
  }

  /** A list, written as a JSON array, as text with commas, or form style as `name[0]=…&name[1]=…`. */
  list(name: string): unknown[] | undefined {
    const value = this.#values.get(name);
    if (Array.isArray(value)) return value.map(parsedIfJson);
    if (typeof value === 'string') {
      const parsed = parsedIfJson(value);
      return Array.isArray(parsed) ? parsed.map(parsedIfJson) : value.split(',').map((part) => part.trim());
    }
    const indexed = this.#indexed(name);
    return indexed.length ? indexed : undefined;
  }

  #indexed(name: string): unknown[] {
    const places: [number, unknown][] = [];
    for (const [key, value] of this.#values) {
      const place = key.startsWith(`${name}[`) ? /^\[(\d{0,4})\]$/.exec(key.slice(name.length))?.[1] : undefined;
      if (place !== undefined) places.push([place === '' ? places.length : Number(place), parsedIfJson(value)]);
    }
    return places.sort(([a], [b]) => a - b).map(([, value]) => value);
  }
}

/** Text that is a JSON object or array becomes it; all else stays. */
function parsedIfJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
