"""Photos that packages ship."""

import pytest

torch = pytest.importorskip("torch")
from explainers.data.photos import Photos, package_folder, square  # noqa: E402
from explainers.errors import DataError  # noqa: E402
from tests.explainers.conftest import ROOT  # noqa: E402

TABLE = ROOT / "fixtures" / "photos" / "photos.csv"
HEADER = "name,package,file,label,licence,origin\n"
CHINA = "china,sklearn,datasets/images/china.jpg,palace,CC BY 2.0,somebody\n"


def test_a_square_is_cut_at_both_ends_and_in_the_middle():
    picture = torch.zeros(3, 4, 10)
    picture[0, :, :4], picture[1, :, 3:7], picture[2, :, 6:] = 1, 1, 1
    for place, channel in ((0.0, 0), (0.5, 1), (1.0, 2)):
        cut = square(picture, place, 8)
        assert cut.shape == (3, 8, 8)
        assert cut[channel].min() == 1


def test_the_photos_are_read_with_their_labels(tmp_path):
    pytest.importorskip("sklearn")
    pytest.importorskip("PIL")
    (tmp_path / "photos.csv").write_text(HEADER + CHINA + CHINA.replace("palace", ""), encoding="utf-8")
    data = Photos(size=32).read(tmp_path / "photos.csv", ("hut", "palace"))
    assert data.test.inputs.shape == (1, 3, 32, 32)
    assert data.train.inputs.shape == (2, 3, 32, 32)
    assert data.test.truths.tolist() == [1]
    # its sky is brighter than its trees
    assert data.test.inputs[0, :, :8].mean() > data.test.inputs[0, :, -8:].mean() + 0.1


def test_absent_packages_are_named_or_left_out(tmp_path):
    pytest.importorskip("sklearn")
    pytest.importorskip("PIL")
    table = tmp_path / "photos.csv"
    table.write_text(HEADER + CHINA + "moon,nothing_of_that_name,moon.png,palace,CC0,x\n", encoding="utf-8")
    with pytest.raises(DataError, match="photo moon is in nothing_of_that_name, which is not installed"):
        Photos(size=32).read(table, ("palace",))
    assert len(Photos(size=32, absent_left_out=True).read(table, ("palace",)).test) == 1


def test_strange_labels_and_columns_are_refused(tmp_path):
    pytest.importorskip("sklearn")
    pytest.importorskip("PIL")
    table = tmp_path / "photos.csv"
    table.write_text(HEADER + CHINA, encoding="utf-8")
    with pytest.raises(DataError, match='photo china has label "palace", which is none of the labels'):
        Photos().read(table, ("hut",))
    table.write_text("name,file\n", encoding="utf-8")
    with pytest.raises(DataError, match="Needed: name, package, file, label, licence, origin"):
        Photos().read(table, ("hut",))


def test_every_listed_photo_has_author_and_licence():
    import csv

    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 7
    assert all(row["licence"] and row["origin"] for row in rows)
    assert package_folder("nothing_of_that_name") is None
