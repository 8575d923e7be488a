import type { OperationAction, Side } from "../gql/graphql";

/** What undoing does to one end; null stays as it is. */
export function undoWords(action: OperationAction | null | undefined, side: Side): string {
  switch (action) {
    case "CREATE_ITEM":
      return "Brought back to Outlook";
    case "CREATE_RECORD":
      return "Brought back to CRM";
    case "UPDATE_ITEM":
      return "Set back in Outlook";
    case "UPDATE_RECORD":
      return "Set back in CRM";
    case "DELETE_ITEM":
      return "Deleted from Outlook";
    case "DELETE_RECORD":
      return "Deleted from CRM";
    case "LINK":
      return "Linked again";
    case "UNLINK":
      return "Unlinked";
    default:
      return side === "CRM" ? "Stays in CRM" : "Stays in Outlook";
  }
}

/** What a "datetime-local" input holds for an instant: local time to the minute. */
export function toLocalInput(instant: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
  return `${date}T${two(instant.getHours())}:${two(instant.getMinutes())}`;
}

/** The instant that a "datetime-local" input names; null while it is not filled in. */
export function fromLocalInput(text: string): string | null {
  const time = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
