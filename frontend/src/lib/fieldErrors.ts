interface RefusalLike {
  code: string;
  message: string;
  path?: readonly string[] | null;
}

export interface FieldErrors {
  /** By the name of the input field. */
  fields: Record<string, string>;
  /** What belongs to no field of the form. */
  general: string[];
}

export const NO_ERRORS: FieldErrors = { fields: {}, general: [] };

/** Where a refusal without a path belongs, when its code leaves no doubt. */
const FIELD_OF_CODE: Record<string, string> = {
  SERVER_UNREACHABLE: "contactsUrl",
  SERVER_TIMED_OUT: "contactsUrl",
  COLLECTION_NOT_FOUND: "contactsUrl",
  SERVER_REFUSED_SIGN_IN: "password",
  ALREADY_CONNECTED: "contactsUrl",
};

/** Sorts the refusals of a mutation to the fields of its form; paths end with the field's name. */
export function sortToFields(errors: readonly RefusalLike[], names: readonly string[]): FieldErrors {
  const sorted: FieldErrors = { fields: {}, general: [] };
  for (const error of errors) {
    const name = error.path?.findLast((part) => names.includes(part)) ?? FIELD_OF_CODE[error.code];
    if (name && names.includes(name) && sorted.fields[name] === undefined) sorted.fields[name] = error.message;
    else sorted.general.push(error.message);
  }
  return sorted;
}
