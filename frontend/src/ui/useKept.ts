import { useEffect, useState } from "react";

/** The last value that was there: a refetch that fails must not take away what is on the page. */
export function useKept<T>(value: T | undefined): T | undefined {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    if (value !== undefined) setKept(value);
  }, [value]);
  return value ?? kept;
}
