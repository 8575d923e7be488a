/** Two arrows passing each other: what travels to CRM, what travels to Outlook. */
export function Logo(props: { size?: number }) {
  const size = props.size ?? 28;
  return (
    <svg aria-hidden="true" height={size} viewBox="0 0 32 32" width={size}>
      <rect fill="#08707f" height="32" rx="8" width="32" />
      <g fill="none" strokeLinecap="round" strokeLinejoin="round" strokeWidth="2.6">
        <path d="M7 12.5h15m-4.5-4.5 4.5 4.5-4.5 4.5" stroke="#fff" />
        <path d="M25 20.5H10m4.5-4.5-4.5 4.5 4.5 4.5" stroke="#9fe3df" />
      </g>
    </svg>
  );
}
