/** A page of a connection: the first of `totalCount` rows. */
export function page(nodes: readonly unknown[], totalCount = nodes.length) {
  return { nodes, totalCount, pageInfo: { hasNextPage: nodes.length < totalCount } };
}
