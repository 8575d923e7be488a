interface UnitLike {
  id: string;
  name: string;
  parent?: { id: string } | null;
}

export interface UnitNode<T extends UnitLike> {
  unit: T;
  depth: number;
}

/** Parents before children, children by name, each with its depth. A unit whose parent is missing stands at the root. */
export function unitTree<T extends UnitLike>(units: readonly T[]): UnitNode<T>[] {
  const known = new Set(units.map((one) => one.id));
  const children = new Map<string | null, T[]>();
  for (const unit of units) {
    const parent = unit.parent && known.has(unit.parent.id) ? unit.parent.id : null;
    children.set(parent, [...(children.get(parent) ?? []), unit]);
  }
  const list: UnitNode<T>[] = [];
  const walk = (parent: string | null, depth: number) => {
    const here = (children.get(parent) ?? []).toSorted((one, other) => one.name.localeCompare(other.name));
    for (const unit of here) {
      list.push({ unit, depth });
      walk(unit.id, depth + 1);
    }
  };
  walk(null, 0);
  return list;
}

/** Where a unit may move: everywhere but into itself and what lies below it. */
export function possibleParents<T extends UnitLike>(units: readonly T[], id: string): UnitNode<T>[] {
  const tree = unitTree(units);
  const start = tree.findIndex((one) => one.unit.id === id);
  const own = tree[start];
  if (!own) return tree;
  const after = tree.findIndex((one, index) => index > start && one.depth <= own.depth);
  const end = after === -1 ? tree.length : after;
  return tree.filter((_, index) => index < start || index >= end);
}
