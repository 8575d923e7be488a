"""Use cases of the settings that concern rights."""

from typing import Any

from fieldsync.core.rights import Actor
from fieldsync.db.repo import security_settings as rows
from fieldsync.errors import InvalidInput, StaleRevision
from fieldsync.ids import global_id
from fieldsync.services.administration import Administration, Change

DEEPEST = 100


class SecuritySettings(Administration):
    """The manager hierarchy: whether it gives rights, and how far down (E8, E9, E12)."""

    async def get(self, actor: Actor) -> Any:
        """The settings; raises NotAllowed."""
        return await self._look(actor, rows.get)

    async def update(
        self,
        actor: Actor,
        revision: int,
        *,
        hierarchy: bool | None = None,
        hierarchy_depth: int | None = None,
        managers_in_same_or_parent_unit: bool | None = None,
    ) -> Any:
        """Change what is not None; raises InvalidInput, StaleRevision."""
        permit = self._permit(actor, "security")
        if hierarchy_depth is not None and not 1 <= hierarchy_depth <= DEEPEST:
            raise InvalidInput(f"The depth lies between 1 and {DEEPEST}.", path=("hierarchyDepth",))
        given = {
            "hierarchy": hierarchy,
            "hierarchy_depth": hierarchy_depth,
            "managers_in_same_or_parent_unit": managers_in_same_or_parent_unit,
        }

        def unit(change: Change) -> Any:
            before = rows.get(change.connection)
            if before.revision != revision:
                raise StaleRevision(
                    f"Somebody changed the settings meanwhile; they are at revision {before.revision} by now.",
                    path=("expectedRevision",),
                )
            values = {k: v for k, v in given.items() if v is not None and v != getattr(before, k)}
            if values:
                rows.change(change.connection, **values)
            after = rows.get(change.connection)
            target = global_id("settings", "security")
            change.tell("SECURITY_SETTINGS_UPDATE", target, "Security settings", _picture(before), _picture(after))
            return after

        return await self._change(permit, unit)


def _picture(row: Any) -> dict[str, Any]:
    return {
        "hierarchy": row.hierarchy,
        "hierarchyDepth": row.hierarchy_depth,
        "managersInSameOrParentUnit": row.managers_in_same_or_parent_unit,
    }
