import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { LockClosed16Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { filledGroups } from "../../lib/contactFields";
import { StateBadge } from "../../ui/StateBadge";

const ContactFields_contact = graphql(`
  fragment ContactFields_contact on Contact {
    id
    fullName salutation firstName middleName lastName suffix nickName yomiFirstName yomiLastName
    parentCustomer jobTitle department managerName assistantName assistantPhone
    telephone1 business2 mobilePhone telephone2 home2 telephone3 company callback pager fax
    emailAddress1 emailAddress2 emailAddress3 webSiteUrl ftpSiteUrl
    birthDate anniversary spousesName childrensNames governmentId description
    address1Line1 address1Line2 address1Line3 address1City address1StateOrProvince address1PostalCode address1Country address1PostOfficeBox
    address2Line1 address2Line2 address2Line3 address2City address2StateOrProvince address2PostalCode address2Country address2PostOfficeBox
    address3Line1 address3Line2 address3Line3 address3City address3StateOrProvince address3PostalCode address3Country address3PostOfficeBox
    masked
    withheld {
      field
      rule
    }
  }
`);

const useStyles = makeStyles({
  group: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  list: { margin: 0 },
  field: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr)",
    columnGap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalXS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  term: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
  value: { margin: 0, overflowWrap: "anywhere", whiteSpace: "pre-line" },
  withheld: {
    display: "grid",
    gridTemplateColumns: "16px minmax(0, 1fr)",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  masked: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
});

/** All that a contact holds and the caller may see; what is withheld is named, with the rule. */
export function ContactFields(props: { contact: FragmentType<typeof ContactFields_contact> }) {
  const styles = useStyles();
  const contact = readFragment(ContactFields_contact, props.contact);
  const groups = filledGroups(contact, contact.withheld, contact.masked);
  if (groups.length === 0) return <Text>No field of this contact is filled.</Text>;
  return groups.map((group) => (
    <section aria-label={group.title} className={styles.group} key={group.title}>
      <Text as="h2" size={300} weight="semibold">
        {group.title}
      </Text>
      <dl className={styles.list}>
        {group.fields.map((field) => (
          <div className={styles.field} data-field={field.name} key={field.name}>
            <dt className={styles.term}>{field.label}</dt>
            <dd className={styles.value}>
              {field.rule !== null ? (
                <span className={styles.withheld}>
                  <LockClosed16Regular aria-label="Withheld" />
                  <span>{field.rule}</span>
                </span>
              ) : field.masked ? (
                <span className={styles.masked}>
                  {field.value} <StateBadge tone="quiet">masked</StateBadge>
                </span>
              ) : (
                field.value
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}
