// Run by intake-key.ts: prints the public half of the intake key that belongs to MASTER_KEY.
import { intakePublicKeyOf } from '../../db/vault/master.ts';

console.log(intakePublicKeyOf(process.env.MASTER_KEY ?? ''));
