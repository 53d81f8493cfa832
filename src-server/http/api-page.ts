/** The OpenAPI document as a page to read: plain HTML, nothing fetched from anywhere. */

interface Operation {
  readonly summary?: string | undefined;
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>> | undefined;
}

interface Document {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly paths?: Readonly<Record<string, unknown>> | undefined;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function apiPage(document: Document): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Readonly<Record<string, Operation>>)[method];
      return operation ? [section(method, path, operation)] : [];
    }),
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(document.info.title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b2733; background: #fff }
h2 { border-top: 1px solid #d5dce3; padding-top: 1rem } code, pre { font: 13px/1.4 ui-monospace, monospace }
pre { background: #f3f6f8; padding: .75rem; overflow: auto; border-radius: 4px; max-height: 30rem } summary { cursor: pointer }
@media (prefers-color-scheme: dark) { body { color: #dfe6ec; background: #14191e } pre { background: #1d242b } h2 { border-color: #33404c } a { color: #7cc4ff } }
</style>
<main><h1>${escape(document.info.title)}</h1>
<p>Protocol ${escape(document.info.version)}. ${escape(document.info.description ?? '')}</p>
<p>The same as a document: <a href="/api/openapi.json">openapi.json</a>.</p>
${operations.join('\n')}
</main></html>
`;
}

function section(method: string, path: string, operation: Operation): string {
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) =>
    details(`Answer ${status}`, answer),
  );
  return `<section><h2><code>${escape(method.toUpperCase())} /api/v1${escape(path)}</code></h2>
<p>${escape(operation.summary ?? '')}</p>
${operation.requestBody === undefined ? '' : details('Request', operation.requestBody)}
${answers.join('\n')}</section>`;
}

function details(title: string, value: unknown): string {
  return `<details><summary>${escape(title)}</summary><pre>${escape(JSON.stringify(value, null, 2))}</pre></details>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
