"""Pictures: what is in them, and how they reach the disk."""

import importlib.util
from itertools import combinations

import numpy as np
import pytest

from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError, FormatError, MissingExtraError, VectorsError
from fastw2v.training.curves import run_curves
from fastw2v.vectors.evaluate import EvaluationSet, evaluate_sets
from fastw2v.vectors.keyed_vectors import KeyedVectors

pytest.importorskip("matplotlib")

from matplotlib.text import Text

from fastw2v.vectors import plot
from fastw2v.vectors.plot import labels, projection


def vectors(words, dim=20, seed=1):
    rows = np.random.default_rng(seed).standard_normal((len(words), dim))
    return KeyedVectors.from_arrays(list(words), rows.astype(np.float32))


@pytest.fixture
def kv():
    return vectors([f"word{i}" for i in range(150)])


def distances(points):
    return np.linalg.norm(points[:, None] - points, axis=2)


def test_two_dimensions_are_only_turned():
    rows = np.random.default_rng(1).standard_normal((30, 2))
    points, method, explained = plot.project(rows)
    np.testing.assert_allclose(distances(points), distances(rows), atol=1e-9)
    assert method == "pca"
    assert sum(explained) == pytest.approx(1)


def test_shares_are_eigenvalues_of_the_covariance():
    rows = np.random.default_rng(2).standard_normal((40, 6)) * [5, 3, 1, 1, 1, 1]
    eigenvalues = np.linalg.eigvalsh(np.cov(rows.T))[::-1]
    found = plot.project(rows)
    assert found.explained == pytest.approx(tuple(eigenvalues[:2] / eigenvalues.sum()))
    variances = found.points.var(axis=0, ddof=1)
    np.testing.assert_allclose(variances, eigenvalues[:2])


def test_signs_of_components_are_settled():
    rows = np.random.default_rng(3).standard_normal((40, 6))
    points = plot.project(rows).points
    assert (points[np.abs(points).argmax(axis=0), [0, 1]] > 0).all()
    np.testing.assert_allclose(plot.project(rows[::-1]).points, points[::-1])


def test_one_dimension_lies_on_one_axis():
    points, _, explained = plot.project(np.array([[1.0], [2.0], [4.0]]))
    assert (points[:, 1] == 0).all()
    assert explained == (1, 0)


def test_tsne_keeps_clusters_together():
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(4)
    rows = np.repeat(np.eye(4, 10), 10, axis=0) + 0.02 * rng.standard_normal((40, 10))
    found = plot.project(rows, "tsne", seed=3)
    assert found.points.shape == (40, 2)
    assert found.explained is None
    nearest = distances(found.points) + np.diag([np.inf] * 40)
    assert (nearest.argmin(axis=1) // 10 == np.arange(40) // 10).all()
    again = plot.project(rows, "tsne", seed=3)
    np.testing.assert_array_equal(again.points, found.points)


@pytest.mark.parametrize(
    ("rows", "method", "error", "message"),
    [
        (np.eye(4), "lda", ConfigError, "'lda'"),
        (np.eye(1, 4), "pca", ConfigError, "1 words are to be drawn by pca"),
        (np.eye(4), "tsne", ConfigError, "takes 5 or more"),
        (np.eye(4), "umap", ConfigError, "takes 5 or more"),
        (
            np.ones((6, 4)),
            "pca",
            VectorsError,
            "6 vectors to be drawn are all the same",
        ),
        (np.ones((6, 4)), "tsne", VectorsError, "all the same"),
        (np.full((6, 4), np.nan), "pca", VectorsError, "not finite"),
    ],
)
def test_what_cannot_be_projected(rows, method, error, message):
    with pytest.raises(error, match=message):
        plot.project(rows, method)


@pytest.mark.parametrize(
    ("method", "package", "remedy"),
    [
        ("tsne", "sklearn", r"fastw2v\[plot\]"),
        ("umap", "umap", "pip install umap-learn"),
    ],
)
def test_without_the_package_of_a_method(monkeypatch, method, package, remedy):
    monkeypatch.setattr(projection, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=remedy):
        plot.project(np.eye(9), method)


def test_without_matplotlib_the_error_names_the_extra(kv, monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"fastw2v\[plot\]"):
        plot.plot_words(kv)
    with pytest.raises(MissingExtraError, match=r"fastw2v\[plot\]"):
        plot.check_figure_file(tmp_path / "x.png")


def labels_of(figure):
    """Texts beside points, with their boxes in pixels."""
    figure.draw_without_rendering()
    (axes,) = figure.axes
    boxes = {}
    for text in axes.texts:
        if text.get_text():
            # That of the text alone, without the line that leads to its point.
            boxes[text.get_text()] = Text.get_window_extent(text)
    return axes, boxes


def test_labels_do_not_overlap_nor_leave_the_picture(kv):
    axes, boxes = labels_of(plot.plot_words(kv, count=150))
    assert len(boxes) > 130
    for first, second in combinations(boxes.values(), 2):
        assert not first.overlaps(second)
    frame = axes.get_window_extent()
    assert all(
        frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0
        for box in boxes.values()
    )
    points = axes.transData.transform(axes.collections[0].get_offsets())
    for box in boxes.values():
        assert not any(box.contains(x, y) for x, y in points)
    missing = 150 - len(boxes)
    assert (
        axes.get_title()
        == (f"{missing} of 150 words without a label" if missing else "")
        or axes.get_title().isspace()
    )


def test_points_are_the_projection_of_the_words_named(kv):
    words = ["word7", "word3", "word90", "word3", "word11"]
    figure = plot.plot_words(kv, words, unit=False, title="four words")
    axes, boxes = labels_of(figure)
    assert set(boxes) == set(words)
    expected = plot.project(kv[["word7", "word3", "word90", "word11"]]).points
    np.testing.assert_allclose(axes.collections[0].get_offsets(), expected)
    assert axes.get_title() == "four words"


def test_words_are_text_and_no_formulas(tmp_path):
    kv = vectors(["$a$", "$\\frac$", "b_c^d", "<&>", "naïve"])
    axes, boxes = labels_of(plot.plot_words(kv, title="$\\nothing$"))
    assert set(boxes) == set(kv)
    for suffix in ("png", "svg", "pdf"):
        plot.save_figure(axes.figure, tmp_path / f"x.{suffix}")
    figure = plot.plot_similarities(kv, list(kv), title="$\\nothing$")
    plot.save_figure(figure, tmp_path / "heat.png")


def test_analogies_are_arrows_that_labels_keep_clear_of(kv):
    pairs = [(f"word{i}", f"word{i + 1}") for i in range(0, 16, 2)]
    axes, boxes = labels_of(plot.plot_analogies(kv, pairs))
    arrows = [text for text in axes.texts if not text.get_text()]
    assert len(arrows) == 8
    assert len(boxes) == 16
    to_pixels = axes.transData.transform
    for arrow in arrows:
        start, end = to_pixels(arrow.xyann), to_pixels(arrow.xy)
        for share in np.linspace(0, 1, 300):
            x, y = start + share * (end - start)
            assert not any(box.contains(x, y) for box in boxes.values())


def test_spectrum_equals_the_decomposition(kv):
    centered = kv.vectors - kv.vectors.mean(axis=0, dtype=np.float64)
    expected = np.linalg.svd(centered, compute_uv=False)
    np.testing.assert_allclose(plot.singular_values(kv), expected)
    few = vectors(["a", "b", "c"], dim=9)
    assert len(plot.singular_values(few)) == 3
    figure = plot.plot_spectrum({"one": kv, "$two$": vectors(["a", "b", "c"])})
    left, right = figure.axes
    np.testing.assert_allclose(left.lines[0].get_ydata(), expected / expected[0])
    share = np.cumsum(expected**2) / np.sum(expected**2)
    np.testing.assert_allclose(right.lines[0].get_ydata(), share)
    enough = int((share < 0.9).sum()) + 1
    assert right.get_legend().get_texts()[0].get_text() == f"one: 90 % in {enough}"


def test_heat_map_holds_the_cosines(kv):
    words = ["word1", "word5", "word9"]
    axes = plot.plot_similarities(kv, words).axes[0]
    expected = [[kv.similarity(a, b) for a in words] for b in words]
    np.testing.assert_allclose(axes.images[0].get_array(), expected, atol=1e-6)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == words
    assert float(axes.texts[1].get_text()) == pytest.approx(expected[0][1], abs=0.051)


def test_history_holds_losses_and_learning_rates():
    config = TrainConfig(epochs=4, learning_rate=0.04, min_learning_rate=0.0)
    stopped = TrainConfig(epochs=4, learning_rate=0.04, min_learning_rate=0.02, decay=2)
    runs = [
        run_curves("whole", config, [3.0, 2.0, 1.5, 1.2]),
        run_curves("stopped", stopped, [3.0, float("nan")]),
    ]
    left, right = plot.plot_history(runs).axes
    assert left.lines[0].get_ydata().tolist() == [3.0, 2.0, 1.5, 1.2]
    x, y = right.lines[0].get_data()
    np.testing.assert_allclose(y, 0.04 * (1 - np.asarray(x) / 4), atol=1e-12)
    x, y = right.lines[1].get_data()
    assert (x[0], x[-1]) == (0, 2)
    assert y[-1] == pytest.approx(0.02 + 0.02 * 0.5**2)


def test_report_shows_every_score_and_interval(kv, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"word{i}\tword{i * 2}\t{i}\n" for i in range(1, 40)))
    report = evaluate_sets(
        {"a": kv, "b": vectors(kv, seed=2)},
        [EvaluationSet("pairs", "pairs", path)],
        bootstrap=30,
    )
    (axes,) = plot.plot_report(report).axes
    for number, points in enumerate(axes.collections):
        scores = [row.scores[number] for row in report.rows]
        expected = [score.value for score in scores]
        np.testing.assert_allclose(points.get_offsets()[:, 0], expected)
        lines = axes.lines[2 * number : 2 * number + 2]
        drawn = [tuple(line.get_xdata()) for line in lines]
        assert drawn == [score.interval for score in scores]
    assert axes.get_yticklabels()[0].get_text() == "pairs\nspearman, n = 39"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "PNG"])
def test_files_are_whole_and_the_same_every_time(kv, tmp_path, suffix):
    beginnings = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    written = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.{suffix}"
        plot.save_figure(plot.plot_words(kv, count=30), path)
        written.append(path.read_bytes())
    assert written[0].startswith(beginnings[suffix.lower()])
    assert written[0] == written[1]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_failed_drawing_leaves_the_older_file(kv, tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"older")
    figure = plot.plot_words(kv, count=5)

    def fail(stream, **_):
        stream.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        plot.save_figure(figure, path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_bad_requests(kv, tmp_path):
    with pytest.raises(FormatError, match=r"'x\.jpg' names no kind of picture"):
        plot.check_figure_file("x.jpg")
    with pytest.raises(KeyError, match="2 words have no vector, 'x', 'y'"):
        plot.plot_words(kv, ["word1", "x", "y"])
    with pytest.raises(ConfigError, match="no word is named"):
        plot.plot_words(kv, [])
    with pytest.raises(ConfigError, match="count is 0"):
        plot.plot_words(kv, count=0)
    with pytest.raises(ConfigError, match="no pair"):
        plot.plot_analogies(kv, [])
    with pytest.raises(ConfigError, match="'word1' is paired with itself"):
        plot.plot_analogies(kv, [("word1", "word1")])
    with pytest.raises(ConfigError, match="1 words are to be compared"):
        plot.plot_similarities(kv, ["word1"])
    with pytest.raises(ConfigError, match="no vectors"):
        plot.plot_spectrum({})
    with pytest.raises(ConfigError, match="no run"):
        plot.plot_history([])
    with pytest.raises(ConfigError, match="the run 'x' has no epoch"):
        plot.plot_history([plot.RunCurves("x", [], [], [])])
    with pytest.raises(ConfigError, match="20,001 words"):
        plot.plot_words(kv, [f"x{i}" for i in range(20_001)])
    for rows in (np.full((4, 3), 0.1), np.full((4, 3), 7e8), np.zeros((4, 3))):
        same = KeyedVectors.from_arrays(list("abcd"), rows.astype(np.float32))
        with pytest.raises(VectorsError, match="all 4 vectors are the same"):
            plot.plot_spectrum({"same": same})
    with pytest.raises(VectorsError, match="hold 1 words"):
        plot.plot_spectrum({"one": vectors(["a"])})


def test_labels_in_a_crowd_keep_clear_of_lines_that_lead_to_others():
    rng = np.random.default_rng(6)
    points = rng.uniform(100, 300, (60, 2))
    sizes = np.column_stack([rng.uniform(20, 50, 60), np.full(60, 12.0)])
    frame = np.array([0.0, 0, 400, 400])
    places = labels.arrange(points, sizes, points, frame)
    boxes, lines = {}, {}
    for i, place in enumerate(places):
        if place is not None:
            middle = points[i] + place.offset
            boxes[i] = (*(middle - sizes[i] / 2), *(middle + sizes[i] / 2))
            if place.is_far:
                shares = np.linspace(0, 1, 50)[:, None]
                lines[i] = points[i] + shares * place.offset
    assert len(boxes) > 45
    assert len(lines) > 5
    for i, line in lines.items():
        for j, (left, bottom, right, top) in boxes.items():
            inside = (line > (left, bottom)) & (line < (right, top))
            assert i == j or not inside.all(axis=1).any()
