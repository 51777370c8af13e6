/** Every column that holds what the vault sealed under the tenant's data key. Their rows are named by `id`. */
export const sealedColumns = [
  { table: 'credentials', column: 'token_sealed' },
  // Beside them, until it is spent, what the API sealed to the intake key: that is no work of a data key.
  { table: 'authorizations', column: 'code_sealed' },
] as const;

export type SealedColumn = (typeof sealedColumns)[number];
