from studyapp.models import Study


def test_it_is_open(small_study: Study) -> None:
    assert small_study.status == "open"
