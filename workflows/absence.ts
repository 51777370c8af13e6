/** An entry without a row: the transaction that makes the row commits within this time, or never. */
export const absentForSureMs = 60_000;
