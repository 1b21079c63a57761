"""What the engine writes stays in its folder, is whole, and only its own files are ever removed."""

import pytest

from compendium import files
from compendium.errors import DataError


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir()} - {files.RECORD}


def test_a_file_that_is_no_longer_asked_for_goes_and_a_strangers_stays(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    files.write_files(tmp_path, {"a.csv": "1\n", "b.csv": "2\n"})
    files.write_files(tmp_path, {"b.csv": "3\n"})
    assert names(tmp_path) == {"b.csv", "letter.txt"}
    assert (tmp_path / "b.csv").read_text() == "3\n"
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_folder_without_a_record_or_with_a_damaged_one_loses_nothing(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    for record in ("", "{", '["../letter.txt", 7, "letter.txt/.."]', "\0"):
        (tmp_path / files.RECORD).write_text(record)
        files.write_files(tmp_path, {"a.csv": "1\n"})
        assert names(tmp_path) == {"a.csv", "letter.txt"}


def test_what_a_killed_build_left_is_known_to_the_next(tmp_path, monkeypatch):
    write = files.write_bytes

    def killed(path, content):
        if path.name == "b.csv":
            raise KeyboardInterrupt
        return write(path, content)

    monkeypatch.setattr(files, "write_bytes", killed)
    with pytest.raises(KeyboardInterrupt):
        files.write_files(tmp_path, {"a.csv": "1\n", "b.csv": "2\n"})
    monkeypatch.undo()
    files.write_files(tmp_path, {"c.csv": "3\n"})
    assert names(tmp_path) == {"c.csv"}


@pytest.mark.parametrize("name", ["", ".", "..", "../victim", "a/b", "/etc/passwd", "a\\b", "a\0b"])
def test_no_name_leads_out_of_its_folder(tmp_path, name):
    with pytest.raises(DataError, match="plain name"):
        files.inside(tmp_path / "here", name)
    with pytest.raises(DataError, match="plain name"):
        files.write_files(tmp_path / "here", {"a.csv": "", name: "x"})
    assert list(tmp_path.iterdir()) == []


def test_equal_content_is_not_written_again_and_a_failed_write_leaves_nothing(tmp_path):
    path = tmp_path / "a.txt"
    assert files.write_text(path, "one")
    assert files.write_text(path, "one") is False
    with pytest.raises(TypeError):
        files.write_bytes(path, object())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "one"
