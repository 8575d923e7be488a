"""Steps as stored operations: one row per write, made before it is sent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldsync.core.detect import Digests
from fieldsync.core.plan import (
    CreateItem,
    CreateRecord,
    DeleteItem,
    DeleteRecord,
    Forget,
    Reconcile,
    Step,
    Unlink,
)
from fieldsync.core.runs import Counts, OperationAction, OperationState
from fieldsync.core.values import Values, is_empty
from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.engine.kinds import KindSetup
from fieldsync.engine.post import Post
from fieldsync.errors import BrokenItem
from fieldsync.ids import creation_key, new_id


@dataclass(slots=True)
class Job:
    """A step on its way: its operations by action, and the link it makes or belongs to.

    ``moved`` says that an end changed after the step was decided, ``tries`` how often it was sent, ``done``
    what was sent before the step was decided anew, ``sent`` what may stand on the item because of it.
    ``seen`` are the baselines of both ends of an item to be made, and ``item_key`` is what it is called.
    """

    step: Step
    link_id: str
    subject: str
    operations: dict[OperationAction, str] = field(default_factory=dict)
    moved: bool = False
    tries: int = 0
    done: set[OperationAction] = field(default_factory=set)
    sent: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    seen: tuple[bytes, bytes] = (b"", b"")
    item_key: str = ""

    @property
    def carried_out(self) -> list[OperationAction]:
        """The recorded writes that were really made: deciding anew may have found some of them needless."""
        wanted = actions_of(self.step) | self.done
        return [action for action in self.operations if action in wanted]


def actions_of(step: Step) -> set[OperationAction]:
    """The writes that a step asks for."""
    match step:
        case CreateItem():
            return {OperationAction.CREATE_ITEM}
        case CreateRecord():
            return {OperationAction.CREATE_RECORD}
        case DeleteItem():
            return {OperationAction.DELETE_ITEM}
        case DeleteRecord():
            return {OperationAction.DELETE_RECORD}
        case Unlink():
            return {OperationAction.UNLINK}
        case Forget():
            return set()
        case Reconcile():
            wanted = {
                OperationAction.LINK: step.joins,
                OperationAction.UPDATE_ITEM: bool(step.to_outlook),
                OperationAction.UPDATE_RECORD: bool(step.to_crm),
            }
            return {action for action, wants in wanted.items() if wants}


def _filled(values: Values) -> list[int]:
    return [position for position, value in enumerate(values) if not is_empty(value)]


def _last_of(href: str) -> str:
    return href.rsplit("/", 1)[-1]


_SENT = frozenset({OperationAction.CREATE_ITEM, OperationAction.UPDATE_ITEM, OperationAction.DELETE_ITEM})
NO_BODIES: Mapping[str, bytes] = {}


class OperationBook:
    """Makes jobs and their rows for one run and kind."""

    def __init__(
        self,
        run_id: str,
        mailbox: MailboxAccess,
        setup: KindSetup,
        digests: Digests,
        ordinals: Iterator[int],
        post: Post,
    ) -> None:
        """``ordinals`` number the operations of the run, whatever their kind; ``post`` knows whom they mail."""
        self._post = post
        self._run_id = run_id
        self._mailbox = mailbox
        self._setup = setup
        self._digests = digests
        normal = setup.codec.normal
        self._unwritten = [normal(field.position, field.empty) for field in setup.fields]
        self._ordinals = ordinals

    def job(self, step: Step, bodies: Mapping[str, bytes] = NO_BODIES) -> Job:
        """The job for a step, with the id of a link to be made.

        ``bodies`` are those of items, which tell what to call one that is deleted.
        """
        match step:
            case CreateItem(record):
                key = creation_key(self._mailbox.id, record.id)
                return Job(step, new_id(), self._setup.identity.subject(record.values), item_key=key)
            case CreateRecord(item):
                return Job(step, new_id(), self._setup.identity.subject(item.values))
            case Reconcile(link, record):
                return Job(step, link.id if link else new_id(), self._setup.identity.subject(record.values))
            case DeleteRecord(link, record):
                return Job(step, link.id, self._setup.identity.subject(record.values))
            case DeleteItem(link) if link.href in bodies:
                return Job(step, link.id, self._called(link.href, bodies[link.href]))
            case DeleteItem(link) | Unlink(link) | Forget(link):
                return Job(step, link.id, _last_of(link.href))

    def _called(self, href: str, body: bytes) -> str:
        try:
            return self._setup.identity.subject(self._setup.codec.read(body))
        except BrokenItem:
            return _last_of(href)

    def rows(
        self, job: Job, state: OperationState, bodies: Mapping[str, bytes], message: str | None = None
    ) -> list[dict[str, Any]]:
        """Rows for the writes of a job that have none yet; ``bodies`` are those of items."""
        rows = []
        for action, facts in self._facts(job):
            if action in job.operations:
                continue
            job.operations[action] = new_id()
            rows.append(
                {
                    "id": job.operations[action],
                    "run_id": self._run_id,
                    "mailbox_id": self._mailbox.id,
                    "ordinal": next(self._ordinals),
                    "kind": self._setup.kind.value,
                    "action": action.value,
                    "state": state.value,
                    "subject": job.subject,
                    "link_id": job.link_id,
                    "record_id": None,
                    "record_version": None,
                    "href": None,
                    "item_key": None,
                    "expect": None,
                    "fields": [],
                    "crm_seen": None,
                    "outlook_seen": None,
                    "mailed": self._post.mailed(job.step, bodies) or None if action in _SENT else None,
                    "message": message,
                    **facts,
                }
            )
        return rows

    def _facts(self, job: Job) -> list[tuple[OperationAction, dict[str, Any]]]:
        match job.step:
            case CreateItem(record, values):
                job.seen = self._digests.baseline(record.values), self._digests.baseline(self._as_read(values))
                facts = {
                    "record_id": record.id,
                    "record_version": record.version,
                    "item_key": job.item_key,
                    "fields": _filled(values),
                    "crm_seen": job.seen[0],
                    "outlook_seen": job.seen[1],
                }
                return [(OperationAction.CREATE_ITEM, facts)]
            case CreateRecord(item, values):
                return [(OperationAction.CREATE_RECORD, {"href": item.href, "fields": _filled(values)})]
            case Reconcile() as step:
                return self._reconcile_facts(step)
            case DeleteItem(link) as step:
                facts = {"href": link.href, "record_id": link.record_id, "expect": step.version}
                return [(OperationAction.DELETE_ITEM, facts)]
            case DeleteRecord(link, record):
                facts = {"href": link.href, "record_id": record.id, "record_version": record.version}
                return [(OperationAction.DELETE_RECORD, facts)]
            case Unlink(link, reason, _, because):
                message = f"{UNLINK_MESSAGES[reason]} {because}".rstrip()
                facts = {"href": link.href, "record_id": link.record_id, "message": message}
                return [(OperationAction.UNLINK, facts)]
            case Forget():
                return []

    def _as_read(self, values: Values) -> Values:
        normal, empty = self._setup.codec.normal, self._unwritten
        return tuple([normal(n, value) if any(value) else empty[n] for n, value in enumerate(values)])

    def _reconcile_facts(self, step: Reconcile) -> list[tuple[OperationAction, dict[str, Any]]]:
        pair = {"href": step.item.href, "record_id": step.record.id, "record_version": step.record.version}
        found: list[tuple[OperationAction, dict[str, Any]]] = []
        if step.joins:
            found.append((OperationAction.LINK, pair))
        if step.to_outlook:
            after = tuple(step.to_outlook.get(n, value) for n, value in enumerate(step.item.values))
            facts = {
                **pair,
                "expect": step.item.version,
                "fields": sorted(step.to_outlook),
                "crm_seen": self._digests.baseline(step.record.values),
                "outlook_seen": self._digests.baseline(after),
            }
            found.append((OperationAction.UPDATE_ITEM, facts))
        if step.to_crm:
            found.append((OperationAction.UPDATE_RECORD, {**pair, "fields": sorted(step.to_crm)}))
        return found


UNLINK_MESSAGES = {
    "RECORD_DELETED": "The record was deleted in the CRM; the item stays and is no longer followed.",
    "ITEM_DELETED": "The item was deleted in the mailbox; the record stays and is no longer followed.",
    "OPTED_OUT": "Somebody took this one out of the sync; both stay as they are.",
    "PRIVATE": "The item became private in the mailbox; both stay as they are and are no longer followed.",
    "OUT_OF_SCOPE": "The record left what this mailbox synchronizes or its owner may see; both stay as they are.",
    "DELETION_NOT_PERMITTED": "The item was deleted in the mailbox; its owner may not delete the record, which stays.",
}


_COUNTERS = {
    OperationAction.CREATE_ITEM: "created_in_outlook",
    OperationAction.UPDATE_ITEM: "updated_in_outlook",
    OperationAction.DELETE_ITEM: "deleted_in_outlook",
    OperationAction.CREATE_RECORD: "created_in_crm",
    OperationAction.UPDATE_RECORD: "updated_in_crm",
    OperationAction.DELETE_RECORD: "deleted_in_crm",
    OperationAction.LINK: "linked",
    OperationAction.UNLINK: "unlinked",
}


def count(counts: Counts, action: OperationAction, by: int = 1) -> None:
    """Count a write that was done, or in a preview would be."""
    name = _COUNTERS[action]
    setattr(counts, name, getattr(counts, name) + by)
