/** Where a sealed value lives. It opens nowhere else. */
export interface SealContext {
  tenant: string;
  table: string;
  row: string;
  column: string;
}

export const placeOf = ({ tenant, table, row, column }: SealContext) => [tenant, table, row, column];

/** Two different places must never read the same once joined. */
export function joined(place: readonly string[]): string {
  if (place.some((part) => part.includes('|'))) throw new Error('The place of a sealed value must not contain "|"');
  return place.join('|');
}
