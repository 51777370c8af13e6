import { inject } from 'vitest';

/** The servers that everything shares: those of the test run, or what a bench has started for itself. */
export interface Servers {
  provisionerUrl: string;
  superuserUrl?: string;
  temporalAddress: string;
  temporalCli: string;
}

let own: Servers | undefined;

/** For who runs outside of a test run. */
export function useServers(servers: Servers): void {
  own = servers;
}

export const server = (name: keyof Servers): string => own?.[name] ?? inject(name);
