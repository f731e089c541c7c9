"""Where people leave: the pages, their readers, and the interval."""

from __future__ import annotations

import pytest

from studyapp.console.figures import gather
from studyapp.console.leaving import wilson
from studyapp.models import Study
from tests.studyapp.console.people import COMMON, NOW, add_person, launched_early

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # statsmodels 0.15: proportion_confint(x, n, method="wilson")
        (11, 350, 0.01763818, 0.05539300),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (1, 2, 0.09453121, 0.9054688),
    ],
)
def test_the_interval_is_wilsons(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=1e-6)


def test_the_interval_of_nobody_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_pages_are_named_and_counted_against_their_readers(small_study: Study) -> None:
    study = launched_early(small_study)
    for _ in range(2):
        add_person(study, answered=1, left_at=NOW)  # left at the first page of the instructions
    add_person(study, answered=2, minutes_ago=120)  # silent at the second
    add_person(study, answered=2)  # reads it now
    add_person(study, answered=-1, arm="map")
    pages = gather(study, "recruited", NOW).leaving.pages
    assert [(page.label, page.left, page.readers) for page in pages] == [
        ("Instructions, page 1", 2, 5),
        ("Instructions, page 2", 1, 3),
    ]
    assert pages[0].share == pytest.approx(40)


def test_five_pages_are_shown_and_the_others_counted(small_study: Study) -> None:
    study = launched_early(small_study)
    for answered in range(1, 8):
        add_person(study, answered=answered, arm="map" if answered >= COMMON else "", left_at=NOW)
    leaving = gather(study, "recruited", NOW).leaving
    assert len(leaving.pages) == 5
    assert leaving.elsewhere == 2
    assert leaving.axis <= 100


def test_every_page_of_a_walk_has_a_name(small_study: Study) -> None:
    study = launched_early(small_study)
    labels = []
    whole = add_person(study, answered=-1, arm="map")
    for answered in range(whole.steps.count() - 1):
        person = add_person(study, answered=answered, arm="map" if answered >= COMMON else "", left_at=NOW)
        leaving = gather(study, "recruited", NOW).leaving
        labels += [page.label for page in leaving.pages]
        person.left_at, person.declined_at = None, NOW  # out of the way
        person.save()
    assert {
        "Consent",
        "Instructions, page 2",
        "Comprehension gate",
        "Tutorial, page 1",
        "Tutorial, check",
        "Practice, picture 2",
        "Practice, feedback 2",
        "Learning, introduction",
        "Learning, picture 3",
        "Test, introduction",
        "Test, picture 4",
        "Test, attention check",
        "Ratings, own estimate",
        "Demographics",
    } <= set(labels)
