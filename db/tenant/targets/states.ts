/** What may still become something else by what a publish workflow finds out. */
export const openStates = ['scheduled', 'preparing', 'armed', 'committing'] as const;

/** No commit has claimed it: what is `committing` may be live, and only its witness says what became of it. */
export const notCalledYet = ['scheduled', 'preparing', 'armed'] as const;

export const isOpen = (state: string): boolean => openStates.some((open) => open === state);
