import {
  Toast,
  ToastBody,
  ToastFooter,
  type ToastIntent,
  ToastTitle,
  useToastController,
} from "@fluentui/react-components";
import { type ReactNode, useCallback } from "react";

export const TOASTER_ID = "fieldsync-toaster";

interface Notice {
  intent: ToastIntent;
  title: string;
  body?: ReactNode;
  /** Something to do about it, normally a button. */
  action?: ReactNode;
}

/** Says something in passing; what must not be missed belongs on the page instead. */
export function useNotify(): (notice: Notice) => void {
  const { dispatchToast } = useToastController(TOASTER_ID);
  return useCallback(
    (notice: Notice) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{notice.title}</ToastTitle>
          {notice.body && <ToastBody>{notice.body}</ToastBody>}
          {notice.action && <ToastFooter>{notice.action}</ToastFooter>}
        </Toast>,
        { intent: notice.intent, timeout: notice.action || notice.intent === "error" ? 12_000 : 5000 },
      ),
    [dispatchToast],
  );
}
