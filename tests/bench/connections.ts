import { measureBusy } from './busy-connection.ts';
import { measureIdle } from './idle-connection.ts';
import { measureMany } from './many-connections.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

/**
 * What a connection costs: memory while cached, processor while idle, Temporal actions a month, and how long its history grows.
 * `bytesPerCachedWorkflow` is by how much the process grows (RSS, garbage collected in every thread); `heap` is what of it JavaScript holds, and
 * `bare` what a workflow that does nothing costs in the same run.
 */
export const bench: Bench = (say) =>
  withServers(async () => {
    say('2,000 cached workflows in one worker …');
    const { connection, bare, cpuPercent } = await measureMany(2_000, say);
    say('One idle connection over 180 days on the time-skipping server …');
    const idle = await measureIdle();
    say(`${idle.actionsPer30DaysIdle.toFixed(1)} actions in 30 days; ten posts on the whole stack …`);
    const posts = await measureBusy(10);
    return {
      bytesPerCachedWorkflow: connection.rssBytes,
      heapBytesPerCachedWorkflow: connection.heapBytes,
      bare: { bytesPerCachedWorkflow: bare.rssBytes, heapBytesPerCachedWorkflow: bare.heapBytes },
      ratioToBare: Number((connection.rssBytes / bare.rssBytes).toFixed(2)),
      cpuPercent,
      ...idle,
      actionsPer30DaysBusy: Math.round((idle.actionsPer30DaysIdle + posts) * 10) / 10,
    };
  });
