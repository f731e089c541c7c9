"""What phases and pages are called on the console's pages."""

from __future__ import annotations

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.console.counts import PageKey

_PHASES = {"gate": "Comprehension gate"}


def phase_label(protocol: Protocol, number: int) -> str:
    """Return what a phase is called; one that comes more than once has its number."""
    kind = protocol.phases[number].kind
    same = [n for n, phase in enumerate(protocol.phases) if phase.kind == kind]
    label = _PHASES.get(kind, kind.capitalize())
    return label if len(same) == 1 else f"{label} {same.index(number) + 1}"


def page_label(protocol: Protocol, page: PageKey) -> str:
    """Return what a page is called, e.g. "Test, picture 17"."""
    label = phase_label(protocol, page.phase_number)
    detail = _detail(protocol.phases[page.phase_number], page)
    return f"{label}, {detail}" if detail else label


def _detail(phase: ph.Phase, page: PageKey) -> str:
    match page.kind, phase:
        case "page", _:
            return f"page {int(page.part) + 1}"
        case "gate", ph.Gate():
            return f"attempt {page.part}" if page.part not in ("", "1") else ""
        case "intro", _:
            return "introduction"
        case "check", _:
            return "check"
        case "check-feedback", _:
            return "answer to the check"
        case "trial", ph.Practice() | ph.Test():
            return f"{phase.task.noun} {page.number}"
        case "feedback", ph.Practice():
            return f"feedback {page.number}"
        case "learning", ph.Learning():
            return f"{phase.noun} {page.number}"
        case "attention", _:
            return "attention check"
        case "estimate", _:
            return "own estimate"
        case "scale", ph.Ratings():
            instrument = phase.instruments[int(page.part)].instrument
            return instrument.title if instrument else phase.instruments[int(page.part)].name
    return ""


def describe_phase(phase: ph.Phase) -> str:
    """Return one sentence about a phase for the protocol's page."""
    match phase:
        case ph.Consent():
            return f"{counted(len(phase.statements), 'statement')} to agree to."
        case ph.Instructions():
            return f"{counted(len(phase.pages), 'page')} to read."
        case ph.Gate():
            return (
                f"{counted(len(phase.questions), 'question')}, {counted(phase.attempts, 'attempt')}; "
                "who does not pass is screened out."
            )
        case ph.Allocation():
            return "Each participant is given the next place of the seeded permuted blocks."
        case ph.Tutorial():
            pages = {len(arm.pages) for arm in phase.arms.values()}
            span = counted(pages.pop(), "page") if len(pages) == 1 else f"{min(pages)} to {max(pages)} pages"
            checked = any(arm.check for arm in phase.arms.values())
            return f"{span} for each arm{', with a check that re-teaches' if checked else ''}."
        case ph.Practice():
            return f"{_items(phase.items, phase.task.noun)}, with feedback; not analysed."
        case ph.Learning():
            return f"{_items(phase.items, phase.noun)}, with output, truth and the arm's explanation."
        case ph.Test():
            checks = phase.attention_checks.count
            extra = f", and {counted(checks, 'attention check')} at seeded places" if checks else ""
            confidence = ", each with confidence" if phase.task.confidence else ""
            task = phase.task.kind.replace("-", " ")
            items = _items(phase.items, phase.task.noun)
            return f"{items}{confidence}{extra}. Task: {task}. “{phase.task.question}”"
        case ph.Ratings():
            titles = [use.instrument.title if use.instrument else use.name for use in phase.instruments]
            estimate = ["Own estimate of the score"] if phase.estimate else []
            return f"{'; '.join(estimate + titles)}."
        case ph.Demographics():
            return f"{counted(len(phase.questions), 'question')}, all optional."
        case ph.Debrief():
            return "What the study was about, the completion code, the offer to withdraw."


def counted(number: int, thing: str) -> str:
    """Return a number with its thing, in the plural where it needs one."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _items(items: ph.Items, noun: str) -> str:
    same = "the same for everyone" if items.sample == "shared" else "drawn for each participant"
    order = "in random order" if items.order == "random" else "in fixed order"
    return f"{counted(items.count, noun)}, {same}, {order}"
