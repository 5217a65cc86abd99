// The schedulability report as a page: the same figures, and how the processor is shared out.
import type { System } from "../model.ts";
import { analyse } from "../schedulability.ts";
import { explanation, figuresOf, percent, type SetFigures } from "./figures.ts";

const style = `
  body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #222; }
  table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
  th, td { padding: .25rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }
  th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
  .good { color: #14632d; } .bad { color: #a4161a; }
  svg { width: 100%; height: 2.2rem; border-radius: 4px; background: #eee; }
  @media (prefers-color-scheme: dark) {
    body { background: #15181c; color: #ddd; } th, td { border-color: #333; } svg { background: #2a2e34; }
    .good { color: #62c37f; } .bad { color: #ff7b7b; }
  }`;

export function reportHtml(system: System): string {
  const sets = analyse(system).map((set) => figuresOf(system, set));
  const title = `Schedulability of ${escaped(system.name)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}
</style>
<h1>${title}</h1>
<p>At ${system.machine.clock_hz / 1e6} MHz.</p>
${sets.map(section).join("\n")}
<p>${escaped(explanation)}</p>
</html>
`;
}

function section(set: SetFigures): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("");
  return `<h2>${escaped(set.title)}</h2>
<p class="${set.admitted ? "good" : "bad"}">${escaped(set.verdict)}.</p>
${bar(set)}
<ul>${set.notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>
${set.rows.length === 0 ? "" : `<table>
<tr>${cells("th", set.columns)}</tr>
${set.rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n")}
</table>`}`;
}

/** Each task's share, side by side, in the whole processor; a line where the partition's ends. */
function bar({ shares, available }: SetFigures): string {
  let x = 0;
  const parts = shares.map(({ name, share }, index) => {
    const left = x;
    x += 100 * share;
    const hue = Math.round((index * 360) / Math.max(1, shares.length));
    return `<rect x="${left.toFixed(3)}" width="${(100 * share).toFixed(3)}" height="10" fill="hsl(${hue} 55% 55%)">` +
      `<title>${escaped(name)}: ${percent(share)}</title></rect>`;
  });
  const end = (100 * available).toFixed(3);
  return `<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="use of the processor">` +
    parts.join("") + `<line x1="${end}" x2="${end}" y2="10" stroke="currentColor" stroke-width=".4"/></svg>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
