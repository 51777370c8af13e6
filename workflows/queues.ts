/** Task queues, and the priority of what goes through them (1 is served first). */
export const queues = { connection: 'connection', publish: 'publish', commit: 'commit', erasure: 'erasure' } as const;
export const priorities = { publish: 1, connection: 2, erasure: 2 } as const;
