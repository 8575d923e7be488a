"""Use cases of columns: which there are, which can be secured, and which are."""

from dataclasses import dataclass

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.columns import MOST_KEPT, never_securable
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection
from fieldsync.db.repo import columns as rows
from fieldsync.errors import InvalidInput, NeverSecurable, NotFound
from fieldsync.ids import global_id
from fieldsync.services.administration import Administration, Change

COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Column:
    """One CRM column of a kind; ``mask_keep`` is None without a masking rule."""

    kind: RecordKind
    attribute: str
    label: str
    secured: bool
    mask_keep: int | None

    @property
    def never_because(self) -> str | None:
        """Why it can never be secured; None if it can."""
        return never_securable(self.kind, self.attribute)


class Columns(Administration):
    """Everybody knows which columns are secured; administrators secure and release them."""

    async def every(self, kind: RecordKind) -> list[Column]:
        """The columns of a kind in the catalogue's order."""
        return await self._database.read(lambda connection: _columns(connection, kind))

    async def secure(self, actor: Actor, kind: RecordKind, attribute: str, mask_keep: int | None = None) -> Column:
        """Secure a column, or give a secured one another masking rule; None is none.

        From then on only field profiles open it. Raises NotFound, NeverSecurable, InvalidInput.
        """
        permit = self._permit(actor, f"{kind.value}.{attribute}")
        check_securable(kind, attribute, "attribute")
        if mask_keep is not None:
            _check_mask(kind, attribute, mask_keep)

        def unit(change: Change) -> Column:
            before = _column(change.connection, kind, attribute)
            rows.secure(change.connection, kind, attribute, mask_keep)
            return _told(change, "COLUMN_SECURE", before)

        return await self._change(permit, unit)

    async def release(self, actor: Actor, kind: RecordKind, attribute: str) -> Column:
        """No longer secure a column; one that is not secured is no error. Raises NotFound."""
        permit = self._permit(actor, f"{kind.value}.{attribute}")
        _label(kind, attribute, "attribute")

        def unit(change: Change) -> Column:
            before = _column(change.connection, kind, attribute)
            rows.release(change.connection, kind, attribute)
            return _told(change, "COLUMN_RELEASE", before)

        return await self._change(permit, unit)


def check_securable(kind: RecordKind, attribute: str, *path: str) -> None:
    """Raises NotFound for a column that does not exist, NeverSecurable for one that can never be secured."""
    _label(kind, attribute, *path)
    reason = never_securable(kind, attribute)
    if reason is not None:
        raise NeverSecurable(reason, path=path)


def _check_mask(kind: RecordKind, attribute: str, keep: int) -> None:
    if not 0 <= keep <= MOST_KEPT:
        raise InvalidInput(f"A mask shows the last 0 to {MOST_KEPT} characters.", path=("mask", "keepLast"))
    if not rows.is_text(kind, attribute):
        raise InvalidInput(f"{attribute} holds no text, so it cannot be masked.", path=("mask",))


def _label(kind: RecordKind, attribute: str, *path: str) -> str:
    for field in catalogue().fields(kind):
        if attribute in field.attributes:
            return field.crm_label
    raise NotFound(f"{kind.value} has no column {attribute[:80]!r}.", path=path)


def _columns(connection: Connection, kind: RecordKind) -> list[Column]:
    secured = rows.secured(connection, [kind])
    return [
        Column(
            kind,
            attribute,
            field.crm_label,
            secured=(kind, attribute) in secured,
            mask_keep=secured[kind, attribute].mask_keep if (kind, attribute) in secured else None,
        )
        for field in catalogue().fields(kind)
        for attribute in field.attributes
    ]


def _column(connection: Connection, kind: RecordKind, attribute: str) -> Column:
    return next(column for column in _columns(connection, kind) if column.attribute == attribute)


def _told(change: Change, action: str, before: Column) -> Column:
    after = _column(change.connection, before.kind, before.attribute)
    target = global_id(COLUMN, f"{after.kind.value}.{after.attribute}")
    change.tell(action, target, f"{after.kind.value} {after.attribute}", _picture(before), _picture(after))
    return after


def _picture(column: Column) -> dict[str, object]:
    mask = None if column.mask_keep is None else {"keepLast": column.mask_keep}
    return {"secured": column.secured, "mask": mask}
