import type { Person } from '../../state/accounts.ts';
import type { FieldTable } from '../fields.ts';

const table: FieldTable<Person> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  first_name: ({ name }) => name.split(' ')[0],
  last_name: ({ name }) => name.split(' ').slice(1).join(' '),
};

export const personNode = { name: 'User', table, unasked: ['name', 'id'] } as const;
