/** To the millisecond, which Meta never says. */
export const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
