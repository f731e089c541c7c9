"""What may still change once a study was launched."""

from __future__ import annotations

import re

from protocol.comparing import changes
from protocol.errors import Problem
from protocol.lines import Lines
from protocol.schema import Protocol
from protocol.wording import received

ENTRY = r"[^/]+"
WORDS = "(title|text|button)"
MAY_CHANGE = re.compile(
    "|".join(
        [
            "title|description|reminder",
            "allocation/quota_per_arm",
            f"allocation/quotas/{ENTRY}",
            f"phases/{ENTRY}/(title|text|agree|decline|declined|again|screen_out|withdraw|button)",
            f"phases/{ENTRY}/statements/{ENTRY}",
            f"phases/{ENTRY}/(pages/{ENTRY}|intro)/{WORDS}",
            f"phases/{ENTRY}/arms/{ENTRY}/pages/{ENTRY}/{WORDS}",
            f"phases/{ENTRY}/arms/{ENTRY}/right",
            f"phases/{ENTRY}/(questions/{ENTRY}|arms/{ENTRY}/check)/(text|note|reteach|choices/{ENTRY}/label)",
        ]
    )
)


def may_amend(old: Protocol, new: Protocol, lines: Lines | None = None) -> list[Problem]:
    """Return what an amendment of a launched study would change and may not. Both are resolved ones.

    Texts of pages, reminders and quotas may change; a quota of 0 closes an arm. What is measured, shown,
    drawn or analysed stays, the wording of tasks, scales and explanations among it.
    """
    lines = lines or Lines()
    return [
        lines.problem(
            f"{'.'.join(map(str, path))} was {received(before)} and would be {received(after)}. After launch "
            "only texts of pages, quotas and closing an arm (a quota of 0) may change; anything else is a "
            "new study.",
            *path,
        )
        for path, before, after in changes(old.model_dump(mode="json"), new.model_dump(mode="json"))
        if not MAY_CHANGE.fullmatch("/".join(map(str, path)))
    ]
