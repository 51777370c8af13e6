/** What may still become something else by what a publish workflow finds out. */
export const openStates = ['scheduled', 'preparing', 'armed', 'committing'] as const;

export const isOpen = (state: string): boolean => openStates.some((open) => open === state);
