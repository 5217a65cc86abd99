// Which of the table's forms a set of cases contains, and how often.
import { forms, type Form } from "./forms.ts";
import { flatten, type Case } from "./program.ts";

export type Coverage = { count: ReadonlyMap<Form, number>; missing: readonly Form[]; least: number };

export function coverage(cases: readonly Case[], wanted: readonly Form[] = forms): Coverage {
  const count = new Map<Form, number>(wanted.map((form) => [form, 0]));
  for (const test of cases)
    for (const item of flatten(test.pieces))
      if (item.kind === "code" && item.form !== undefined) count.set(item.form, (count.get(item.form) ?? 0) + 1);
  const missing = wanted.filter((form) => count.get(form) === 0);
  return { count, missing, least: Math.min(...wanted.map((form) => count.get(form) ?? 0)) };
}

/** "782 of 782 forms, each at least 8 times" */
export function coverageText({ count, missing, least }: Coverage): string {
  const covered = count.size - missing.length;
  return `${covered} of ${count.size} forms` + (missing.length === 0 ? `, each at least ${least} times` : "");
}
