import type { DeskService, RuleProblems } from '@shotwire/contract';
import type { Implementation } from '@shotwire/rpc';
import { templateProblem } from '../core/object-key.ts';
import { listApps } from '../sql/apps.ts';
import { accountOf, isId, refuse } from './caller.ts';
import type { DeskParts } from './parts.ts';

/** Apps that one request may name. */
const APPS_AT_MOST = 100;

/** The call that judges the apps of a request. */
export function checkCalls({ postgres }: DeskParts): Pick<Implementation<typeof DeskService>, 'checkApps'> {
  return {
    async checkApps({ apps }, context) {
      const accountId = accountOf(context);
      const given = Object.entries(apps);
      if (given.length > APPS_AT_MOST) refuse({ apps: [`must have at most ${APPS_AT_MOST} entries`] });
      const ids = given.map(([id]) => id).filter(isId);
      const rows = ids.length > 0 ? await postgres.transaction((trx) => listApps(trx, { accountId, ids })) : [];
      const kinds = new Map(rows.map(({ id, kind }) => [id, kind]));
      const problems: RuleProblems = {};
      for (const [id, template] of given) {
        // An event finds its apps by these texts, so that an id in other letters would name nothing then.
        const problem = problemOf(kinds.get(id), template);
        if (problem !== undefined) problems[`apps.${id.slice(0, 100)}`] = [problem];
      }
      refuse(problems);
      return {};
    },
  };
}

function problemOf(kind: 'webhook' | 's3' | undefined, template: string): string | undefined {
  if (kind === undefined) return 'must be the id of an app of this account';
  if (template === '') return undefined;
  return kind === 's3' ? templateProblem(template) : 'must have no path: the app is a webhook';
}
