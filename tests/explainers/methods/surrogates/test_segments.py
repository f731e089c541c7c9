import pytest

torch = pytest.importorskip("torch")


def regions(picture, kind, count, **more):
    from explainers.methods.surrogates.segments import segments_of

    return segments_of(picture, kind, count, **more)


def test_a_grid_has_equal_rectangles():
    found = regions(torch.zeros(1, 4, 6), "grid", 6)
    assert found.tolist() == [[0, 0, 1, 1, 2, 2]] * 2 + [[3, 3, 4, 4, 5, 5]] * 2


@pytest.mark.parametrize(("size", "count"), [((28, 28), 50), ((60, 90), 40), ((8, 8), 64), ((5, 3), 100)])
def test_regions_are_near_the_number_asked_and_numbered_without_a_gap(size, count):
    picture = torch.rand(3, *size, generator=torch.Generator().manual_seed(1))
    most = min(count, size[0] * size[1])
    for kind in ("grid", "superpixels"):
        found = regions(picture, kind, count)
        assert found.shape == size
        assert found.unique().tolist() == list(range(int(found.max()) + 1))
        assert 0.4 * most <= int(found.max()) + 1 <= 1.6 * most


def test_superpixels_follow_edges_and_are_each_of_one_piece():
    from scipy import ndimage

    rows, columns = torch.meshgrid(torch.arange(40), torch.arange(40), indexing="ij")
    inside = ((rows - 20) ** 2 + (columns - 17) ** 2) < 100
    found = regions(inside.double().unsqueeze(0), "superpixels", 30)
    for region in range(int(found.max()) + 1):
        assert len(inside[found == region].unique()) == 1
        assert ndimage.label((found == region).numpy())[1] == 1


def test_superpixels_are_the_same_again():
    picture = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(2))
    assert torch.equal(regions(picture, "superpixels", 50), regions(picture, "superpixels", 50))
