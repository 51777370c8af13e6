import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Flaw } from '../http/problem.ts';
import { known } from './known.ts';
import { neighbourNotes } from './neighbours.ts';
import { type Preflight, preflight, together } from './preflight.ts';
import type { Known, Proposal } from './proposal.ts';

export interface Judged {
  whole: Flaw[];
  targets: Preflight[];
  all: Preflight;
  known: Known;
}

/** Holds a proposal against the rules, the accounts' capabilities, and what else they publish around that time. */
export async function judge(
  db: TenantDb,
  proposal: Proposal,
  { at, further }: { at: Date | null; further?: readonly string[] | undefined },
): Promise<Judged> {
  const has = await known(db, proposal, further);
  const checked = preflight(proposal, has);
  if (at) {
    const notes = await neighbourNotes(db, proposal, has, at);
    checked.targets.forEach((target, index) => {
      target.notes.push(...(notes[index] ?? []));
    });
  }
  return { ...checked, all: together(checked), known: has };
}
