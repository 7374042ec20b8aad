"""The texts that the benchmark of search archives, and what it asks of them."""

from __future__ import annotations

import json
import math
import random
import sqlite3
from pathlib import Path

import pytest

from aggregator.library import open_archive
from bench._search_cjk import choose_words, holders, make_documents, read_documents
from bench._search_cjk import recall_of as cjk_recall_of
from bench._search_corpus import Corpus
from bench._search_filling import BATCH, address_of, fill, key_of
from bench._search_fuzz import hostile_queries
from bench._search_known import KINDS, make_questions, read_articles
from bench._search_queries import make_classes, words_by_frequency


def test_a_made_up_corpus_is_the_same_each_time() -> None:
    """A sample is of it, and a larger one begins with a smaller one."""
    texts = list(Corpus(450).texts())

    assert list(Corpus(500).texts())[:450] == texts
    assert set(Corpus(450).sample(20)) <= set(texts)
    assert len({text.key for text in texts}) == 450
    assert [text.published for text in texts] == sorted(text.published or 0 for text in texts)
    assert all(len({text.feed for text in texts[at : at + BATCH]}) == 1 for at in (0, BATCH))


def test_a_corpus_is_read_from_a_file(tmp_path: Path) -> None:
    """The first paragraph is the lead, the others stand under the headings, none is lost."""
    file = tmp_path / "corpus.db"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE articles (id integer PRIMARY KEY, feed_id int, published int, lang text,"
            " minutes int, title text, headings text, body text)"
        )
        row = (1, 3, 1_500_000_000, "de", 2, "T", "A\nB", "one\ntwo\nthree\nfour")
        connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.close()

    (text,) = Corpus(1, file).texts()

    assert (text.title, text.lead, text.language) == ("T", "one", "de")
    assert text.sections == (("A", "two"), ("B", "three\nfour"))
    assert text.size == len("TABonetwothree\nfour")
    assert Corpus(1, file).sample(5) == [text]
    with pytest.raises(SystemExit, match="has 1 articles, not 2"):
        Corpus(2, file)


def test_words_are_told_apart_by_the_articles_that_have_them() -> None:
    """Each class holds what it says, and no stop word is a common word."""
    texts = list(Corpus(600).texts())

    words = words_by_frequency(texts, 600)

    def count(word: str) -> int:
        return sum(word in f"{text.title} {text.body}".lower().split() for text in texts)

    assert "the" in words.stops
    assert not set(words.common) & set(words.stops)
    assert all(count(word) <= 50 for word in words.rare[:20])
    assert all(count(word) <= 0.03 * 600 for word in words.mid[:20])


def test_every_class_of_queries_is_asked() -> None:
    """A made-up corpus has words for each, at most so many as are wanted, and no holes."""
    classes = make_classes(list(Corpus(600).texts()), 600, 7)

    assert len(classes) == 21
    assert all(0 < len(queries) <= 7 for queries in classes.values())
    assert not any("{" in typed for queries in classes.values() for typed in queries)
    assert all(typed.endswith("*") for typed in classes["prefix of 3"])
    assert all(" after:2017-" in typed for typed in classes["common, after a day"])


def test_questions_are_made_of_the_articles_own_words(tmp_path: Path) -> None:
    """A quote stands in the body as it is asked; short lines without a stop are headings."""
    for number in range(12):
        chance = random.Random(number)  # noqa: S311 - no secret
        words = ["".join(chance.choices("abcdefgh", k=5)) for _ in range(60)] + ["shared"] * 3
        body = "\n".join(["Intro", *(" ".join(words[at : at + 21]) + ". " for at in (0, 21, 42))])
        truth = {"title": f"Title number{number} here", "main_content": body + body}
        content = json.dumps({"ground_truth": truth})
        (tmp_path / f"{number}.json").write_text(content, "utf-8")

    texts = read_articles(tmp_path)
    asked = make_questions(texts, 5)

    assert texts[0].sections[0][0] == "Intro"
    assert list(asked) == list(KINDS)
    assert len(asked["exact quote"]) == 5
    bodies = {text.key: " ".join(text.body.lower().replace(".", " ").split()) for text in texts}
    assert all(quote in bodies[key] for key, quote in asked["exact quote"])
    assert all("number" in title for _, title in asked["title words"])


def test_words_of_a_segmented_text_are_known(tmp_path: Path) -> None:
    """Three sentences are a document; Korean has blanks between them."""
    sentence = "# text = 小米手机。\n1\t小米\tx\n2\t手机\tx\n2.1\t空\tx\n3-4\t空\tx\n\n"
    paths = []
    for language in ("zh", "ko"):
        paths.append(tmp_path / f"{language}_x.conllu")
        paths[-1].write_text(sentence * 4, "utf-8")

    chinese, korean = read_documents(paths).values()

    assert [text for text, _ in chinese] == ["小米手机。" * 3, "小米手机。"]
    assert chinese[1][1] == ["小米", "手机"]
    assert korean[0][0].split(" ") == ["小米手机。"] * 3


def test_pieces_of_a_plain_text_stand_in_it(tmp_path: Path) -> None:
    """Lines without such characters are no documents."""
    (tmp_path / "a.txt").write_text("abc\n小米手机 launch\nひらがなの文\n", "utf-8")

    ((documents),) = read_documents([tmp_path / "a.txt"]).values()

    assert [text for text, _ in documents] == ["小米手机 launch", "ひらがなの文"]
    assert all(piece in text for text, pieces in documents for piece in pieces)


def test_recall_is_of_the_documents_with_the_string() -> None:
    """Half of them found is a half, one other among them spoils precision."""
    documents = [("小米手机", ["小米"]), ("大小米", ["小米"]), ("手机", ["手机"])]

    assert {*choose_words(documents, 9)[2]} == {"小米", "手机"}
    assert holders(documents, "小米") == {"0", "1"}
    assert cjk_recall_of(documents, ["小米"], {"小米": ["0", "2"]}) == (0.5, 0.5)
    assert cjk_recall_of(documents, ["小米"], {"小米": []}) == (0, 1)


def test_made_up_words_of_each_length_are_asked() -> None:
    """Each is in two documents at least and in few enough to be found at once."""
    for documents in make_documents().values():
        for length, words in choose_words(documents, 5).items():
            assert len(words) == 5
            assert {len(word) for word in words} == {length}
            assert all(2 <= len(holders(documents, word)) <= 40 for word in words)


def test_hostile_queries_are_the_same_each_time() -> None:
    """So a failure can be asked again; there are zero bytes and half characters among them."""
    queries = list(hostile_queries(2000))

    assert queries == list(hostile_queries(2000))
    assert any("\0" in typed for typed in queries)
    assert any("\ud800" in typed for typed in queries)


def test_an_archive_is_filled_by_polls(tmp_path: Path) -> None:
    """Every text is in it and found by its own words, its sections, feed and tags kept."""
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    texts = list(Corpus(BATCH + 30).texts())

    with open_archive(url) as archive:
        filled = fill(archive, texts, url)
        kept = archive.entries.get(1)
        found = archive.search(f'feed:"Feed {texts[0].feed}"', limit=1).total

    assert filled.articles == len(texts)
    assert filled.text_bytes == sum(text.size for text in texts)
    assert key_of(kept.entry.url) == "1"
    assert [(part.heading, part.text) for part in kept.article.sections] == list(texts[0].sections)
    assert kept.article.word_count > 400
    assert kept.article.read_minutes == math.ceil(kept.article.word_count / 265)
    assert found >= BATCH
    assert key_of(address_of("a b/ü")) == "a b/ü"
