/** The lint rule behind layer-map.json: who may import what. First matching layer (most special first) decides. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const map = JSON.parse(readFileSync(join(import.meta.dirname, 'layer-map.json'), 'utf8'));

const matches = (pattern, name) =>
  pattern.endsWith('/**')
    ? name.startsWith(pattern.slice(0, -2))
    : pattern.endsWith(':*')
      ? name.startsWith(pattern.slice(0, -1))
      : name === pattern;
const inside = (folder, file) => file === folder || file.startsWith(`${folder}/`);

/** The reason why `file` may not import `name`, or undefined. Exported for its own test. */
export function layerFault(file, name) {
  const layer = map.layers.find((one) => inside(one.from, file));
  const rule = map.importers.find(
    (one) => name === one.package || name.startsWith(`${one.package}/`),
  );
  if (rule && file.startsWith('src-') && !inside(rule.only, file))
    return `Only ${rule.only} imports ${rule.package}; ${rule.instead}.`;
  if (!layer) return undefined;
  if (name.startsWith('.') || name.startsWith('#')) {
    const target = name.startsWith('#shared/')
      ? `src-shared/${name.slice('#shared/'.length)}`
      : relative(root, join(root, dirname(file), name))
          .split(sep)
          .join('/');
    if (target.startsWith('migrations/') || target.startsWith('assets/')) return undefined;
    return layer.folders.some((folder) => inside(folder, target))
      ? undefined
      : `${layer.from} may not import ${target} (tools/lint/layer-map.json).`;
  }
  const allowed = layer.packages
    ? layer.packages.some((pattern) => matches(pattern, name))
    : !layer.not.some((pattern) => matches(pattern, name));
  return allowed ? undefined : `${layer.from} may not import ${name} (tools/lint/layer-map.json).`;
}

const rule = {
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const check = (node) => {
      if (!node.source) return;
      const message = layerFault(file, node.source.value);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: 'layers' }, rules: { map: rule } };
