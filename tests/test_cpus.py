import pytest

from fastw2v import cpus


def test_at_least_one_core_and_no_more_than_the_affinity(monkeypatch):
    monkeypatch.setattr(
        cpus.os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False
    )
    monkeypatch.setattr(cpus, "cgroup_quota", lambda _: None)
    assert cpus.available_cpus() == 3
    monkeypatch.setattr(cpus, "cgroup_quota", lambda _: 1.5)
    assert cpus.available_cpus() == 2
    monkeypatch.setattr(cpus, "cgroup_quota", lambda _: 0.1)
    assert cpus.available_cpus() == 1


@pytest.mark.parametrize(
    ("content", "quota"),
    [("250000 100000\n", 2.5), ("max 100000\n", None), ("what is this\n", None)],
)
def test_quota_of_cgroup_version_2(tmp_path, content, quota):
    (tmp_path / "cpu.max").write_text(content)
    assert cpus.cgroup_quota(tmp_path) == quota


@pytest.mark.parametrize(("content", "quota"), [("50000\n", 0.5), ("-1\n", None)])
def test_quota_of_cgroup_version_1(tmp_path, content, quota):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(content)
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert cpus.cgroup_quota(tmp_path) == quota


def test_no_cgroup_no_quota(tmp_path):
    assert cpus.cgroup_quota(tmp_path) is None
