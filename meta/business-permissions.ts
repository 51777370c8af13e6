import type { Permission } from './permission.ts';

/** Permissions for business portfolios. Of a business nothing is asked but what says which Pages are its own. */
export const businessPermissions: readonly Permission[] = [
  {
    name: 'business_management',
    accessed: 'Which Pages and Instagram accounts belong to your business portfolio.',
    purpose: 'To find Pages that Meta lists only through the portfolio.',
    capabilities: {},
    requires: [],
    byDefault: true,
    tier: 'base',
    fields: { business: ['id', 'name', 'two_factor_type'] },
    doors: { 'GET businesses': 'business', 'GET owned_pages': 'listedPage', 'GET client_pages': 'listedPage' },
  },
];
