"""Wording errors: the shipped lexicon, its allowed contexts, and files that do not hold."""

from __future__ import annotations

import pytest

from include.inspection.config import ConfigError
from include.inspection.extract.wording import Lexicon, standard_lexicon, wording_errors

SMALL = """
sources: {a: {title: 甲, date: "2020", verified: true}}
entries:
  - {wrong: 布署, right: 部署, level: general, source: a, unless: [公布署名]}
"""


def lexicon(tmp_path, text=SMALL):
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return Lexicon(path)


def test_shipped_lexicon_finds_each_of_its_entries():
    words = standard_lexicon()
    assert len(words.entries) >= 60
    for entry in words.entries:
        text = f"文中，{entry.wrong}。"
        assert [(error.wrong, error.position) for error in words.errors(text)] == [(entry.wrong, 3)]
        assert words.errors(f"文中，{entry.right}。") == []
        for allowed in entry.unless:
            assert words.errors(f"文中，{allowed}。") == []


def test_every_entry_has_source_and_date():
    assert all(entry.source and entry.date for entry in standard_lexicon().entries)
    assert any(not entry.verified for entry in standard_lexicon().entries)


def test_context_suggestion_and_level(tmp_path):
    (error,) = lexicon(tmp_path).errors("前" * 30 + "布署" + "后" * 30)
    assert error.context == "前" * 20 + "布署" + "后" * 20
    assert (error.suggestion, error.level, error.needs_person) == ("部署", "general", False)
    assert error.source == "甲（2020）"


def test_allowed_context_does_not_hide_the_error_beside_it(tmp_path):
    assert [error.position for error in lexicon(tmp_path).errors("公布署名，并作出布署")] == [8]


@pytest.mark.parametrize("text", ["把“部署”误写为“布署”", "“布署”应为“部署”", "不能写成布署"])
def test_sentences_about_the_error_are_none(tmp_path, text):
    assert lexicon(tmp_path).errors(text) == []


def test_severe_is_for_a_person(page):
    (error,) = wording_errors(page("<p>中华人民共合国</p><!-- 攻府 --><script>'攻府'</script>"))
    assert (error.level, error.needs_person, error.suggestion) == ("severe", True, "中华人民共和国")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source: a,", "source: b,", "来源“b”"),
        ("unless: [公布署名]", "unless: [无关]", "无关"),
        ("right: 部署", "right: 布署", "相同"),
        ("level: general", "level: bad", "level"),
    ],
)
def test_a_broken_file_is_told(tmp_path, old, new, message):
    with pytest.raises(ConfigError, match=message):
        lexicon(tmp_path, SMALL.replace(old, new))


def test_a_word_twice_is_told(tmp_path):
    with pytest.raises(ConfigError, match="两次"):
        lexicon(tmp_path, SMALL + "  - {wrong: 布署, right: 部署, level: general, source: a}\n")
