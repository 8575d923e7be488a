"""Who is mailed because of what a run writes: how meetings are written, and the list of those people in the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.core.invitations import invites, tells
from fieldsync.core.plan import CreateItem, DeleteItem, Reconcile, Rules, Step
from fieldsync.core.values import MEETINGS
from fieldsync.engine.kinds import KindSetup
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.ports import Codec


@dataclass(frozen=True, slots=True)
class Post:
    """For one kind of one run. ``backfill`` says that records enter which are not new."""

    setup: KindSetup
    rules: Rules
    backfill: bool

    def codec(self, step: Step) -> Codec:
        """What writes the item of a step: with or without letting the mail server invite whom it adds."""
        return self.setup.inviting if invites(step, self.rules, backfill=self.backfill) else self.setup.codec

    def mailed(self, step: Step, bodies: Mapping[str, bytes]) -> list[str]:
        """The people whom the mail server may mail because of a step; ``bodies`` are those of items as they are.

        It tells the attendees of a meeting that the owner of the calendar organizes, but for those of whom it was told
        to stay silent (RFC 6638, 3.2.1). That includes those whom another program invited.
        """
        if self.setup.kind not in MEETINGS or not tells(step, self.setup.keys):
            return []
        codec, versions = self.codec(step), list[bytes]()
        try:
            match step:
                case CreateItem(_, values):
                    changes = {n: value for n, value in enumerate(values) if any(value)}
                    versions = [codec.write(None, changes, "new")] if codec is self.setup.inviting else []
                case Reconcile(_, _, item, to_outlook):
                    before = bodies[item.href]
                    versions = [before, codec.write(before, to_outlook, "")]
                case DeleteItem(link) if link.href in bodies:
                    versions = [bodies[link.href]]
                case _:
                    return []
            return sorted({one for body in versions for one in codec.mailed(body, self.rules.owner_addresses)})
        except (BrokenItem, NotTransferable):
            # It is told when it is written.
            return []
