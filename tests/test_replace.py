"""Files that appear whole or not at all."""

import os

import pytest

from fastw2v.replace import check_can_write, remove_leftovers, replacing


def test_a_file_appears_whole_with_the_users_mode(tmp_path):
    target = tmp_path / "file"
    with replacing(target) as temporary:
        temporary.write_text("new")
        temporary.chmod(0o600)
        assert not target.exists()
    (tmp_path / "other").touch()
    assert target.read_text() == "new"
    assert target.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "file"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(target) as temporary:
        temporary.rename(tmp_path / "gone")
    (tmp_path / "gone").unlink()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_one_file_are_known_and_removed(tmp_path):
    names = ["a", "b" * 255]
    for name in names:
        with replacing(tmp_path / name) as temporary:
            # What is left when a process is killed here.
            (tmp_path / temporary.name.replace(".tmp", "0.tmp")).write_text("half")
    assert len(list(tmp_path.iterdir())) == 4
    remove_leftovers(tmp_path / "a")
    assert len(list(tmp_path.iterdir())) == 3
    remove_leftovers(tmp_path / names[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == names


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
def test_a_device_or_a_pipe_is_not_replaced_by_a_file(tmp_path):
    """Asked of the device only: root could replace it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/null"):
        with pytest.raises(FileExistsError, match="no ordinary file"):
            check_can_write(path)
    with pytest.raises(FileExistsError), replacing(pipe):
        pass
    assert pipe.is_fifo()
