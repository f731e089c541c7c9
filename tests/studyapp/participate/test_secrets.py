"""Nothing that is sent before an answer tells a secret of the task or the arm: every byte of a session is scanned."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from protocol.reading import read_protocol
from studyapp.allocation.services import stream_of
from studyapp.catalog import catalog_of, forget_catalogs
from studyapp.models import BundleItem, BundleOutput, BundleStimulus, Step, Study
from studyapp.models.study import forget_protocols
from studyapp.participate import views
from studyapp.participate.pages import stimulus_url
from studyapp.participate.planning import longest_walk
from studyapp.participate.services import Position
from studyapp.participate.shown import Page
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from studyapp.tasks.registry import TASKS, get_task
from tests.studyapp.small_study import LABELS, write_study
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db
ARM_WORDS = (
    "control",
    "placebo",
    "No explanation",
    "Another item",
    "saliency",
    "grad-cam",
    "nearest-examples",
)


def everything(response: HttpResponse) -> str:
    """Status line, headers, cookies and body of a response as one text."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{response.cookies.output()}\n{response.content.decode('latin-1')}"


def pictures_of(html: str) -> list[str]:
    return re.findall(r"/i/[^\s\"']+", html)


@pytest.fixture
def visitors(small_study: Study) -> list[Visitor]:
    """One participant of each arm, with everything they were sent until the end."""
    arrived = [Visitor(small_study).arrive() for _ in range(6)]  # no block is longer
    for visitor in arrived:
        visitor.walk_to("tutorial")
    one_of_each = {visitor.participant.arm: visitor for visitor in arrived}
    return [visitor.walk_to_the_end() for visitor in one_of_each.values()]


def test_no_byte_of_a_session_tells_the_arm(visitors: list[Visitor]) -> None:
    assert len({visitor.participant.arm for visitor in visitors}) == 3
    for visitor in visitors:
        for response in visitor.seen:
            text = everything(response)
            for word in (*ARM_WORDS, visitor.participant.public_id):
                assert word not in text


def test_stimulus_addresses_tell_nothing(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    files = {part.file.split(".")[0] for parts in catalog.stimuli.values() for part in parts}
    names = {*catalog.items, *files}
    for visitor in visitors:
        for response in visitor.seen:
            text = everything(response)
            assert not [name for name in names if name in text]


def test_a_served_stimulus_tells_nothing_in_its_headers(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    addresses = {
        address for response in visitors[0].seen for address in pictures_of(response.content.decode())
    }
    assert addresses
    for address in addresses:
        response = visitors[0].client.get(address)
        assert response.status_code == 200
        headers = str(dict(response.items()))
        assert "Content-Disposition" not in headers
        assert not [name for name in catalog.items if name in headers]


def test_test_pages_are_equal_to_the_byte_but_for_the_item_in_every_arm(visitors: list[Visitor]) -> None:
    pages: dict[int, set[str]] = {}
    for visitor in visitors:
        steps = {step.position: step for step in Step.objects.filter(participant=visitor.participant)}
        for response in visitor.seen:
            html = response.content.decode()
            position = re.search(r'name="step" value="(\d+)\.', html)
            step = steps.get(int(position.group(1))) if position else None
            if step is not None and step.phase == "test" and step.kind == "trial":
                pages.setdefault(step.number, set()).add(_without_the_item(html))
    # The wording of the tutorial differs, so positions (and the bar) may: everything else must not.
    assert pages
    assert all(len(kinds) == 1 for kinds in pages.values())


def _without_the_item(html: str) -> str:
    html = re.sub(r"/i/[^\s\"']+", "PICTURE", html)
    html = re.sub(r"/p/[^/]+/", "/p/LINK/", html)
    html = re.sub(r'name="step" value="[^"]+"', "TOKEN", html)
    html = re.sub(r'value="\d+" aria-label="Progress[^<]+<', "PROGRESS", html)
    return re.sub(r'data-preload="[^"]*"', "PRELOAD", html)


def test_test_pages_of_texts_are_equal_to_the_byte_but_for_the_item_in_every_arm(told_study: Study) -> None:
    arrived = [Visitor(told_study).arrive() for _ in range(6)]
    pages: dict[str, dict[str, str]] = {}
    for visitor in arrived:
        while (step := visitor.step) is not None:
            if step.phase == "test" and step.kind == "trial":
                page = _without_the_item(visitor.html)
                title = re.sub(r"Test: \w+ \d+ of", "Test: N of", page)
                pages.setdefault(step.item, {})[visitor.participant.arm] = title
            visitor.answer()
    assert [set(by_arm) for by_arm in pages.values()] == [{"control", "map", "placebo"}] * 4
    assert [len(set(by_arm.values())) for by_arm in pages.values()] == [1] * 4


def test_practice_sends_the_explanation_only_after_the_answer(small_study: Study) -> None:
    visitors = [Visitor(small_study).arrive() for _ in range(6)]
    for visitor in visitors:
        visitor.walk_to("practice", "trial")
    visitor = next(v for v in visitors if v.participant.arm == "map")
    before = {address for response in visitor.seen for address in pictures_of(response.content.decode())}
    visitor.answer()
    feedback = set(pictures_of(visitor.html.split("</header>", 1)[1]))
    new = feedback - before
    assert len(new) == 1  # the map; the picture itself was seen


def test_pictures_of_the_test_are_only_inputs(visitors: list[Visitor], small_study: Study) -> None:
    catalog = catalog_of(small_study)
    inputs = {
        hashlib.sha256(_bytes(part.file, catalog.sha256)).digest()
        for name in catalog.items
        for part in catalog.inputs(name)
    }
    visitor = next(v for v in visitors if v.participant.arm == "map")
    tests = [r for r in visitor.seen if ">Test: " in r.content.decode()]
    addresses = {address for response in tests for address in pictures_of(response.content.decode())}
    for address in addresses:
        body = visitor.client.get(address).content
        assert hashlib.sha256(body).digest() in inputs


def _bytes(file: str, sha256: str) -> bytes:
    return (Path(settings.MEDIA_ROOT) / "bundles" / sha256 / "stimuli" / file).read_bytes()


def test_an_unknown_stimulus_is_not_found(small_study: Study) -> None:
    visitor = Visitor(small_study)
    for name in ("0" * 32 + ".png", "..%2f..%2fmanifest.json"):
        assert visitor.client.get(f"/i/small/{name}").status_code == 404
    assert visitor.client.post(reverse("stimulus", args=["small", "x.png"])).status_code == 405


# One seeded participant walks twice. The second time outputs, truths or the arms' names are others: until an answer is
# given that they would have told, every byte must stay the same.


@dataclass(frozen=True)
class Sent:
    """All that a browser was sent to show a step: page, headers, cookies, and the pictures it names."""

    phase: str
    kind: str
    item: str
    text: str


Change = Callable[[Collection[str]], None]
EDITS: dict[str, tuple[tuple[str, str], ...]] = {}  # task: what else its protocol needs, beside its `kind`


def other_outputs(items: Collection[str]) -> None:
    """Let the model say something else to these items; explanations, which may show what it says, change along.

    So do captions that differ from item to item; one that is the same for all tells nothing of any.
    """
    for row in BundleOutput.objects.filter(item__in=items):
        row.output = _next_label(row.output, 1)
        row.probability, row.probabilities = 0.5, [0.5 if label == row.output else 0.25 for label in LABELS]
        row.save()
    explanations = BundleStimulus.objects.exclude(explainer="").order_by("number")
    for row in explanations.filter(item__in=items):
        row.file, row.alt = explanations.exclude(file=row.file)[0].file, "Another."
        if explanations.filter(part=row.part).exclude(caption=row.caption).exists():
            row.caption = "Another."
        row.save()


def other_truths(items: Collection[str]) -> None:
    """Let these items be something else: by two labels, so that no item's output and truth move together."""
    for row in BundleItem.objects.filter(name__in=items):
        row.truth = _next_label(row.truth, 2)
        row.save()


CHANGES: dict[str, Change] = {"output": other_outputs, "truth": other_truths}


def nothing(items: Collection[str]) -> None:
    """Change nothing."""


def changes_of(kind: str) -> Change:
    """What changes every secret of a task; KeyError where a task names a secret that nothing here changes."""
    changes = [CHANGES[secret] for secret in sorted(get_task(kind).secrets)]

    def change(items: Collection[str]) -> None:
        for one in changes:
            one(items)

    return change


def _next_label(label: str, by: int) -> str:
    return LABELS[(LABELS.index(label) + by) % len(LABELS)]


@dataclass
class Twins:
    """Lets the same participant walk again and again: same study, seed, key, link and place; nothing is kept."""

    folder: Path
    seed: str
    arm: str

    def session(self, change: Change = nothing, items: Collection[str] = ()) -> list[Sent]:
        """Return what is sent from the link to the end, with `change` made to `items` beforehand."""
        with transaction.atomic():
            study = launch(load(self.folder), self.seed)
            change(items)
            self._forget()
            sent = self._walk(study)
            transaction.set_rollback(True)
        self._forget()
        return sent

    def _walk(self, study: Study) -> list[Sent]:
        visitor, sent = Visitor(study).arrive(), []
        pictures: dict[str, str] = {}
        while (step := visitor.step) is not None:
            pages = [everything(visitor.seen[-1])]
            if step.kind == "trial":
                pages.append(everything(visitor.look().seen[-1]))  # the whole page, as after a reload
            for address in pictures_of("\n".join(pages)):
                if address not in pictures:
                    pictures[address] = everything(visitor.client.get(address))
                pages.append(pictures[address])
            sent.append(Sent(step.phase, step.kind, step.item, "\n".join(pages)))
            visitor.answer()
        assert visitor.participant.arm == self.arm
        return sent

    def _forget(self) -> None:
        forget_catalogs()
        forget_protocols()
        longest_walk.cache_clear()


def twins_in(number: int, folder: Path) -> Twins:
    """Return twins with a seed whose first recruited place is in the study's arm of this number, from 0."""
    protocol = read_protocol(folder / "protocol.yaml")
    arm = protocol.arm_names[number]
    seeds = (f"{n:032x}" for n in itertools.count())
    streams = (stream_of(Study(seed=seed), protocol, "recruited") for seed in seeds)
    return Twins(folder, next(stream.seed for stream in streams if stream.next_place(0).arm == arm), arm)


@pytest.fixture
def twins(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Twins]:
    """Makes twins in an arm, with a task, in a study folder with these edits; what differs by itself is fixed."""
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "t" * size)  # personal link
    monkeypatch.setattr(secrets, "token_hex", lambda size: "1d" * size)  # study's key, participant's name
    monkeypatch.setattr("django.utils.cache.http_date", lambda seconds: "some time")
    numbers = itertools.count()

    def made(
        arm: str, *edits: tuple[str, str], kind: str = "forward-simulation", told: bool = False
    ) -> Twins:
        task = (("kind: forward-simulation", f"kind: {kind}"), *EDITS.get(kind, ()))
        folder = write_study(tmp_path / f"twins-{next(numbers)}" / "small", *task, *edits, told=told)
        return twins_in(ARMS.index(arm), folder)

    return made


def told_too_early(pair: Twins, change: Change) -> list[str]:
    """Return which steps tell a secret of an item that is not answered yet.

    Before each practice trial the secrets of its item and of all later ones are changed, so that feedback may
    tell of its own item and of no other. The test gives no feedback: its items change together.
    """
    plain = pair.session()
    trials = [number for number, sent in enumerate(plain) if sent.kind == "trial"]
    tests = [number for number in trials if plain[number].phase == "test"]
    spans = [(number, number) for number in trials if number not in tests] + [(tests[0], tests[-1])]
    found: list[str] = []
    for first, last in spans:
        changed = pair.session(change, {plain[number].item for number in trials if number >= first})
        found += differences(plain[: last + 1], changed[: last + 1])
    return found


def differences(one: Sequence[Sent], other: Sequence[Sent]) -> list[str]:
    """Name the steps that were not sent in the same bytes."""
    pairs = zip(one, other, strict=True)
    return [f"{was.phase} {was.kind} {was.item}".strip() for was, now in pairs if was != now]


ARMS = ("control", "map", "placebo")
RENAMED = (
    ("{name: control, label: No explanation}", "{name: first, label: One}"),
    ("{name: map, label: Map, explainer: map}", "{name: second, label: Two, explainer: map}"),
    ("{name: placebo, label: Another item's map, explain", "{name: third, label: Three, explain"),
    ("      control:\n", "      first:\n"),
    ("      map: &tutorial", "      second: &tutorial"),
    ("      placebo: *tutorial", "      third: *tutorial"),
    ("arms: [map, placebo]", "arms: [second, third]"),
    ("reference: control", "reference: first"),
)  # fmt: skip


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("kind", TASKS)
def test_no_byte_before_an_answer_depends_on_the_task_s_secrets(
    twins: Callable[..., Twins], kind: str, arm: str
) -> None:
    assert told_too_early(twins(arm, kind=kind), changes_of(kind)) == []


@pytest.mark.parametrize("arm", ARMS)
def test_no_byte_of_a_session_depends_on_what_the_arm_is_called(
    twins: Callable[..., Twins], arm: str
) -> None:
    assert differences(twins(arm).session(), twins(arm, *RENAMED).session()) == []


def test_texts_and_tables_tell_no_secret_before_an_answer_either(twins: Callable[..., Twins]) -> None:
    """They stand in the page itself, so what is scanned holds all of them."""
    assert told_too_early(twins("map", told=True), changes_of("forward-simulation")) == []


def test_the_scan_finds_a_planted_sheet_in_every_trial(
    twins: Callable[..., Twins], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, explanation_told_ahead)
    assert set(told_too_early(twins("map", told=True), changes_of("forward-simulation"))) == TRIALS


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_feedback_tells_each_secret_of_its_item_so_the_changes_are_real(
    twins: Callable[..., Twins], change: Change
) -> None:
    pair = twins("map")
    told = differences(pair.session(), pair.session(change, {"practice-1", "practice-2"}))
    assert told == ["practice feedback practice-1", "practice feedback practice-2"]


Leak = Callable[[Position, Page], Page]


def titled(tell: Callable[[Position, Step], str]) -> Leak:
    """A page whose title says more than it should."""
    return lambda position, page: replace(page, title=f"{page.title} {tell(position, position.step)}")


def explanation_loaded_ahead(position: Position, page: Page) -> Page:
    """A page that loads the explanation of the item it asks about."""
    step, study = position.step, position.participant.study
    parts = position.catalog.explanation(step.item, step.model, "map", "predicted")
    return replace(page, preload=[*page.preload, *(stimulus_url(study, part.file) for part in parts)])


def explanation_told_ahead(position: Position, page: Page) -> Page:
    """A page that tells the explanation of the item it asks about, as a text."""
    step, catalog = position.step, position.catalog
    parts = catalog.explanation(step.item, step.model, "map", "predicted")
    return replace(page, remark=" ".join(catalog.html(part) for part in parts), template=LEARNING)


LEARNING = "studyapp/steps/learning.html"
LEAKS: dict[str, Leak] = {
    "output": titled(lambda at, step: at.catalog.output(step.item, step.model)),
    "truth": titled(lambda at, step: at.catalog.truth(step.item)),
    "model is right": titled(
        lambda at, step: str(at.catalog.output(step.item, step.model) == at.catalog.truth(step.item))
    ),
    "explanation": explanation_loaded_ahead,
}


TRIALS = {
    *(f"practice trial practice-{number}" for number in (1, 2)),
    *(f"test trial test-{number}" for number in (1, 2, 3, 4)),
}


def plant(monkeypatch: pytest.MonkeyPatch, leak: Leak) -> None:
    """Make every trial leak."""
    honest = views.page_of

    def page_of(position: Position) -> Page:
        page = honest(position)
        is_trial = position.step is not None and position.step.kind == "trial"
        return leak(position, page) if is_trial else page

    monkeypatch.setattr(views, "page_of", page_of)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_the_scan_finds_a_planted_leak_in_every_trial(
    twins: Callable[..., Twins], monkeypatch: pytest.MonkeyPatch, leak: Leak
) -> None:
    plant(monkeypatch, leak)
    assert set(told_too_early(twins("map"), changes_of("forward-simulation"))) == TRIALS


@pytest.mark.parametrize("where", ["header", "cookie"])
def test_the_scan_finds_a_truth_beside_the_page(
    twins: Callable[..., Twins], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    honest = views._show

    def show(request: HttpRequest, position: Position) -> HttpResponse:
        response = honest(request, position)
        if position.step is not None and position.step.phase == "test" and position.step.item:
            truth = position.catalog.truth(position.step.item)
            if where == "header":
                response["X-Note"] = truth
            else:
                response.set_cookie("note", truth)
        return response

    monkeypatch.setattr(views, "_show", show)
    assert len(told_too_early(twins("control"), other_truths)) == 4


def test_the_scan_finds_a_planted_arm(twins: Callable[..., Twins], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, titled(lambda at, step: at.participant.arm))
    assert set(differences(twins("map").session(), twins("map", *RENAMED).session())) == TRIALS
