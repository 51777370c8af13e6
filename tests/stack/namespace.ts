import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { eventually } from './eventually.ts';

const secondsADay = 86_400;
/** IndexedValueType KEYWORD of Temporal's API. */
const keyword = 2;

/** A namespace of one's own, with our search attributes, on the Temporal that all test files share. */
export async function freshNamespace(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: secondsADay as never },
    });
    const attributes = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
    await eventually(
      () =>
        connection.operatorService
          .addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(attributes) })
          .then(() => true),
      { what: `the namespace ${namespace} to be known` },
    );
    return namespace;
  } finally {
    await connection.close();
  }
}
