"""Asking every explainer, and writing what it shows into one folder."""

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..base import Context, Explainer, Question, Shown
from ..bundle.contents import content_of
from ..bundle.records import file_name
from ..data.base import Case
from ..draws import small_seed
from ..errors import ExplainersError
from ..registry import get_explainer
from ..workshop import has_input
from .page import GENERATOR, page
from .scenes import Scenes, cases_for, kinds_served, with_units
from .settings import Use

PAGE, PICTURES = "index.html", "pictures"
STYLES = (
    Path(__file__).with_name("gallery.css"),
    Path(__file__).parents[1] / "bundle" / "static" / "stimuli.css",
)


@dataclass(frozen=True, eq=False)
class Answered:
    """One item as it is, and an explanation of it."""

    case: Case
    input: bytes | None
    output: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One explainer on one kind of data: what it showed, or why it showed nothing."""

    name: str
    kind: str
    use: Use
    explainer: Explainer | None = None
    context: Context | None = None
    answers: tuple[Answered, ...] = ()
    seconds: float = 0.0
    fault: str = field(default="")


def make(out: Path, scenes: Scenes, only: Sequence[str] = ()) -> Iterator[Exhibit]:
    """Ask each explainer on each kind of data, yield what came, and at the end write the folder.

    Raises
    ------
    ExplainersError : `only` names an explainer that there is not, or the folder holds something else.
    """
    places = [(name, kind) for name, kind in kinds_served() if not only or name in only]
    if strange := sorted(set(only) - {name for name, _ in places}):
        raise ExplainersError(f'No explainer is called "{strange[0]}". `list` tells those that there are.')
    _refuse_another(out)
    exhibits = []
    for name, kind in places:
        exhibits.append(exhibit(name, kind, scenes))
        yield exhibits[-1]
    write(out, exhibits)


def exhibit(name: str, kind: str, scenes: Scenes) -> Exhibit:
    """One explainer on one kind of data."""
    use = scenes.use_of(name, kind)
    if use.why_not:
        return Exhibit(name, kind, use)
    try:
        explainer = get_explainer(name, use.parameters)
        context = with_units(explainer, scenes.context(use))
        cases = cases_for(explainer, context)
        started = time.process_time()  # another program at work beside it does not count
        answers = list(explainer.explain(_questions(use, cases, name), context))
        seconds = (time.process_time() - started) / len(cases)
        told = tuple(_answered(case, shown, context) for case, shown in zip(cases, answers, strict=True))
        return Exhibit(name, kind, use, explainer, context, told, seconds)
    except Exception as error:  # noqa: BLE001 -- one explainer's failure is told on the page, beside all others
        return Exhibit(name, kind, use, fault=f"{type(error).__name__}: {error}")


def write(out: Path, exhibits: Sequence[Exhibit]) -> None:
    """Write the page, its pictures and its styles."""
    shutil.rmtree(out / PICTURES, ignore_errors=True)
    (out / PICTURES).mkdir(parents=True)
    for content in _contents(exhibits):
        kind = content_of(content)
        if kind.media_type.startswith("image/"):
            (out / PICTURES / file_name(content, kind.media_type)).write_bytes(content)
    for style in STYLES:
        shutil.copyfile(style, out / style.name)
    (out / PAGE).write_text(page(exhibits), encoding="utf-8", newline="\n")


def _questions(use: Use, cases: Sequence[Case], name: str) -> list[Question]:
    return [Question(case, use.targets[0], small_seed(use.seed, name, case.item)) for case in cases]


def _answered(case: Case, shown: tuple[Shown, ...], context: Context) -> Answered:
    if not has_input(case):
        return Answered(case, None, "", shown)
    output = context.predictions[case.item].label
    return Answered(case, context.drawer.input(case, context.data), output, shown)


def _contents(exhibits: Sequence[Exhibit]) -> Iterator[bytes]:
    for one in exhibits:
        for answer in one.answers:
            yield from [*([answer.input] if answer.input else []), *(part.content for part in answer.shown)]


def _refuse_another(out: Path) -> None:
    """Only an empty folder or an older gallery is written over."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    page = out / PAGE
    if not page.is_file() or GENERATOR not in page.read_text(encoding="utf-8"):
        raise ExplainersError(
            f"{out} holds something that is no gallery. Remove it or choose another folder."
        )
