import { type Servers, useServers } from '../stack/servers.ts';
import setup from '../stack/setup.ts';
import { measureBusy } from './busy-connection.ts';
import { measureIdle } from './idle-connection.ts';
import { measureMany } from './many-connections.ts';
import type { Bench } from './run.ts';

/** What a connection costs: memory while cached, processor while idle, Temporal actions a month, and how long its history grows. */
export const bench: Bench = async (say) => {
  const servers = new Map<string, unknown>();
  const stop = await setup({ provide: (name, value) => void servers.set(name, value) });
  try {
    useServers(Object.fromEntries(servers) as unknown as Servers);
    say('One idle connection over 180 days on the time-skipping server …');
    const idle = await measureIdle();
    say(`${idle.actionsPer30DaysIdle.toFixed(1)} actions in 30 days; ten posts on the whole stack …`);
    const posts = await measureBusy(10);
    say(`${posts} actions for ten posts; 2,000 connections in one worker …`);
    const many = await measureMany(2_000, say);
    return { ...idle, actionsPer30DaysBusy: Math.round((idle.actionsPer30DaysIdle + posts) * 10) / 10, ...many };
  } finally {
    await stop();
  }
};
