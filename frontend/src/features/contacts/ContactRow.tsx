import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { LockClosed16Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { contactTitle } from "../../lib/contactFields";
import { countOf } from "../../lib/format";
import { contactPath } from "../../lib/routes";
import { followLink } from "../../ui/Link";
import { Timestamp } from "../../ui/Timestamp";

const ContactRow_contact = graphql(`
  fragment ContactRow_contact on Contact {
    id
    fullName
    jobTitle
    parentCustomer
    emailAddress1
    modifiedAt
    owner {
      id
      name
    }
    withheld {
      field
    }
  }
`);

const useStyles = makeStyles({
  item: { borderTop: `1px solid ${tokens.colorNeutralStroke3}`, ":first-child": { borderTop: "none" } },
  link: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1.2fr) minmax(0, 1.2fr) minmax(0, 0.8fr) 132px 28px",
    alignItems: "center",
    gap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    color: "inherit",
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-3px", borderRadius: "10px" },
    "@media (max-width: 640px)": {
      gridTemplateColumns: "minmax(0, 1fr) auto",
      gap: "2px 12px",
      padding: tokens.spacingHorizontalM,
    },
  },
  words: { display: "flex", flexDirection: "column", minWidth: 0 },
  line: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
  lock: { display: "inline-grid", placeItems: "center", color: tokens.colorNeutralForeground3 },
  wide: { "@media (max-width: 640px)": { display: "none" } },
});

export function ContactRow(props: { contact: FragmentType<typeof ContactRow_contact> }) {
  const styles = useStyles();
  const contact = readFragment(ContactRow_contact, props.contact);
  const path = contactPath(contact.id);
  const title = contactTitle(contact);
  const work = [contact.jobTitle, contact.parentCustomer].filter(Boolean).join(", ");
  const withheld = contact.withheld.length;
  const hidden = `${countOf(withheld, "field")} withheld from you`;

  return (
    <li className={styles.item} data-contact-id={contact.id}>
      <a className={styles.link} href={path} onClick={(event) => followLink(event, path)}>
        <span className={styles.words}>
          <Text className={styles.line} title={title} weight="semibold">
            {title}
          </Text>
          <Text className={mergeClasses(styles.line, styles.quiet)} size={200} title={work}>
            {work}
          </Text>
        </span>
        <Text className={mergeClasses(styles.line, styles.wide)} title={contact.emailAddress1 ?? undefined}>
          {contact.emailAddress1}
        </Text>
        <Text className={mergeClasses(styles.line, styles.wide)} title={`Owner: ${contact.owner.name}`}>
          {contact.owner.name}
        </Text>
        <Text className={mergeClasses(styles.quiet, styles.wide)} size={200}>
          <Timestamp at={contact.modifiedAt} since />
        </Text>
        <span className={styles.lock}>
          {withheld > 0 && <LockClosed16Regular aria-label={hidden} title={hidden} />}
        </span>
      </a>
    </li>
  );
}
