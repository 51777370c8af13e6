/** Meta's reads lag behind: what was begun a moment ago may not be seen yet. */
const mayBeUnseenForMs = 2 * 60_000;

/** Whether that Meta does not show it can only mean that it is not there any more. @param sinceMs when it was begun */
export const isLost = (sinceMs: number): boolean => !(Date.now() - sinceMs < mayBeUnseenForMs);
