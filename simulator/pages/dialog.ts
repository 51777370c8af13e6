import { wordsOf } from '../oauth/scopes.ts';
import type { Person, Role } from '../state/accounts.ts';
import { type Html, html } from './html.ts';

interface DialogView {
  appName: string;
  people: readonly Person[];
  person: Person;
  roles: readonly Role[];
  permissions: readonly string[];
  allOrNothing: boolean;
  /** The address of the dialog without a person, to change who one is. */
  addressAs: (personId: string) => string;
}

/** The consent dialog: who, which Pages, which permissions, and two buttons. */
export function dialogView({ appName, people, person, roles, permissions, allOrNothing, addressAs }: DialogView): Html {
  return html`
<h1>${appName} wants to use your Pages</h1>
<p>You are <strong>${person.name}</strong>. ${others(people, person, addressAs)}</p>
<form method="post" class="card">
<input type="hidden" name="person" value="${person.id}">
<h2>Which Pages</h2>
${roles.length ? roles.map(({ page }) => box('page', page.id, page.name, page.category)) : html`<p class="faint">You manage no Page.</p>`}
<h2>What ${appName} may do</h2>
${allOrNothing ? html`<p class="faint">All of these, or nothing.</p>` : undefined}
${permissions.map((name) => (allOrNothing ? fixed(name) : box('permission', name, wordsOf(name), name)))}
<div class="buttons">
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="continue" class="first">Continue</button>
</div>
</form>`;
}

function box(name: string, value: string, words: string, small: string): Html {
  return html`<label><input type="checkbox" name="${name}" value="${value}" checked><span>${words}<small>${small}</small></span></label>`;
}

function fixed(name: string): Html {
  return html`<label><input type="hidden" name="permission" value="${name}"><span>${wordsOf(name)}<small>${name}</small></span></label>`;
}

function others(people: readonly Person[], person: Person, addressAs: (id: string) => string): readonly Html[] {
  return people
    .filter(({ id }) => id !== person.id)
    .map(({ id, name }) => html`<a href="${addressAs(id)}">Be ${name} instead</a> `);
}

/** Why there is no dialog, in the words that Meta has for developers. */
export function dialogProblemView(problem: string): Html {
  return html`<div class="card"><h1>Sorry, something went wrong.</h1><p>${problem}</p></div>`;
}
