import { defineSearchAttributeKey } from '@temporalio/common';

/** Ids of ours and words of our own enumerations only: search attributes are readable by every operator. */
export const searchAttributes = {
  tenantId: defineSearchAttributeKey('TenantId', 'KEYWORD'),
  connectionId: defineSearchAttributeKey('ConnectionId', 'KEYWORD'),
  state: defineSearchAttributeKey('State', 'KEYWORD'),
  platform: defineSearchAttributeKey('Platform', 'KEYWORD'),
};
