export interface GridPlace {
  row: number;
  column: number;
}

/** Where a key leads in a grid that is one tab stop; null for a key that does not move. Nobody falls off an edge. */
export function moveInGrid(
  at: GridPlace,
  key: string,
  wholeGrid: boolean,
  size: { rows: number; columns: number },
): GridPlace | null {
  const within = (row: number, column: number): GridPlace => ({
    row: Math.max(0, Math.min(size.rows - 1, row)),
    column: Math.max(0, Math.min(size.columns - 1, column)),
  });
  switch (key) {
    case "ArrowLeft":
      return within(at.row, at.column - 1);
    case "ArrowRight":
      return within(at.row, at.column + 1);
    case "ArrowUp":
      return within(at.row - 1, at.column);
    case "ArrowDown":
      return within(at.row + 1, at.column);
    case "Home":
      return within(wholeGrid ? 0 : at.row, 0);
    case "End":
      return within(wholeGrid ? size.rows - 1 : at.row, size.columns - 1);
    default:
      return null;
  }
}
