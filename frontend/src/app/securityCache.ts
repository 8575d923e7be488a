import type { Cache, KeyingConfig, UpdateResolver } from "@urql/exchange-graphcache";

const embedded = () => null;

const MUTATIONS = {
  businessUnitCreate: ["businessUnits"],
  businessUnitUpdate: ["businessUnits"],
  businessUnitDelete: ["businessUnits"],
  userCreate: ["principals", "businessUnits"],
  userUpdate: ["principals", "businessUnits"],
  teamCreate: ["principals", "businessUnits"],
  teamUpdate: ["principals", "businessUnits"],
  teamDelete: ["principals", "businessUnits", "securityRoles", "fieldProfiles"],
  principalRolesSet: ["securityRoles"],
  securityRoleCreate: ["securityRoles"],
  securityRoleUpdate: [],
  securityRoleDelete: ["securityRoles"],
  fieldProfileCreate: ["fieldProfiles"],
  fieldProfileUpdate: [],
  fieldProfileDelete: ["fieldProfiles"],
  columnSecure: [],
  columnRelease: [],
  securitySettingsUpdate: [],
} as const satisfies Record<string, readonly string[]>;

/** What has no id of its own in the security pages; columns and settings are named by what they are. */
export const SECURITY_KEYS: KeyingConfig = {
  PrincipalRights: embedded,
  RolePrivilege: embedded,
  FieldPermission: embedded,
  Column: (column) => (column.kind && column.attribute ? `${column.kind}.${column.attribute}` : null),
  ColumnMask: embedded,
  SecuritySettings: () => "one",
  PrincipalConnection: embedded,
  PrincipalEdge: embedded,
  BusinessUnitConnection: embedded,
  SecurityRoleConnection: embedded,
  FieldProfileConnection: embedded,
  AuditEventConnection: embedded,
  AuditEventEdge: embedded,
  ...Object.fromEntries(
    Object.keys(MUTATIONS).map((name) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`, embedded]),
  ),
};

/** New, moved and deleted things belong into lists whose order only the server knows; each change is in the log. */
export function securityUpdates(invalidate: (cache: Cache, field: string) => void): Record<string, UpdateResolver> {
  return Object.fromEntries(
    Object.entries(MUTATIONS).map(([name, lists]): [string, UpdateResolver] => [
      name,
      (_result, _args, cache) => {
        for (const list of [...lists, "auditEvents"]) invalidate(cache, list);
      },
    ]),
  );
}
