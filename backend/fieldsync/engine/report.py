"""What a run tells of its plan before it is carried out."""

from fieldsync.core.match import Doubt
from fieldsync.core.picture import Plan
from fieldsync.core.plan import NoteKind, Rules
from fieldsync.core.runs import Problem
from fieldsync.core.values import Side
from fieldsync.engine.journal import Journal
from fieldsync.engine.kinds import KindSetup


def report(plan: Plan, journal: Journal, kind_setup: KindSetup, rules: Rules) -> None:
    """Count what is decided, and tell what stays as it is."""
    counts = journal.counts
    for step in plan.reconciled:
        counts.unchanged += not (step.to_outlook or step.to_crm or step.joins)
    counts.held += len(plan.held)
    counts.skipped += len(plan.unsure) + len(plan.refused)
    for item in plan.refused:
        journal.problem(
            Problem(
                NoteKind.NOT_PERMITTED.value,
                f"This {kind_setup.name} stays in Outlook only. {rules.cannot_create}",
                "Ask an administrator for a security role that allows to create such records.",
                side=Side.OUTLOOK.value,
                subject=kind_setup.identity.subject(item.values),
            )
        )
    if plan.held:
        journal.problem(
            Problem(
                "HELD",
                f"{len(plan.held)} deletions at once look like an accident; none of them was carried out.",
                "If they are meant, release them in the list of held deletions; else restore what is missing.",
            )
        )
    for one in plan.unsure:
        journal.problem(
            Problem(
                "SEVERAL_CANDIDATES" if one.why is Doubt.SEVERAL else "UNSURE",
                f"{_DOUBTS[one.why].format(kind_setup.name)} Nothing was linked and nothing was copied.",
                "Decide it in the list of open questions, or mend one of them; it is matched again then.",
                side=Side.OUTLOOK.value,
                subject=kind_setup.identity.subject(one.item.values),
            )
        )


_DOUBTS = {
    Doubt.SEVERAL: "Several could be this {0}.",
    Doubt.OTHER_ADDRESSES: "A {0} in the CRM has this name and company, and other mail addresses.",
    Doubt.NAME_ONLY: "A {0} in the CRM has this name, and nothing else tells whether it is this one.",
}
