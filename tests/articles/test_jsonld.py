"""JSON-LD is read as sites write it: broken, nested, repeated."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.articles._jsonld import LinkedArticle, read_article

_ARTICLE = '{"@type":"NewsArticle","headline":"The ferry","author":{"name":"Ann Lee"}}'


@pytest.mark.parametrize(
    "source",
    [
        _ARTICLE,
        f"<!-- {_ARTICLE} -->",
        f"//<![CDATA[\n{_ARTICLE}\n//]]>",
        f"/* <![CDATA[ */ {_ARTICLE} /* ]]> */",
        f"{_ARTICLE};",
        _ARTICLE.replace("}}", ",},}"),
        _ARTICLE.replace("The ferry", "The\nferry").replace("\n", " "),
        _ARTICLE.replace('"', "&quot;"),
        f'{{"@graph":[{{"@type":"Organization","name":"Courier"}},{_ARTICLE}]}}',
        f'{{"@type":"WebPage","mainEntity":{_ARTICLE}}}',
        f"[[{_ARTICLE}]]",
        _ARTICLE.replace('"NewsArticle"', '["Thing","BlogPosting"]'),
    ],
)
def test_the_article_is_found_in_what_sites_write(source: str) -> None:
    """Comments around it, loose commas, escaped quotes and graphs hide nothing."""
    article = read_article([source])

    assert (article.headline, article.authors) == ("The ferry", ("Ann Lee",))


@pytest.mark.parametrize(
    ("author", "people", "others"),
    [
        ('"Ann Lee"', ("Ann Lee",), ()),
        ('["Ann Lee","Bo Ek","Ann Lee"]', ("Ann Lee", "Bo Ek"), ()),
        ('{"@id":"#ann"}', ("Ann Lee",), ()),
        ('[{"@id":"#ann"},{"@type":"Person","name":"Bo Ek"}]', ("Ann Lee", "Bo Ek"), ()),
        ('{"@type":"Organization","name":"Courier"}', (), ("Courier",)),
        ('{"name":["Ann Lee","Bo Ek"]}', ("Ann Lee, Bo Ek",), ()),
        ('{"@id":"#nobody"}', (), ()),
        ("7", (), ()),
        ("null", (), ()),
    ],
)
def test_authors_are_people_or_publishers(
    author: str, people: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Names, objects, lists and references are followed; organisations are kept apart."""
    source = (
        f'{{"@graph":[{{"@type":"Article","author":{author}}},'
        '{"@id":"#ann","@type":"Person","name":"Ann Lee"}]}'
    )

    article = read_article([source])

    assert (article.authors, article.publishers) == (people, others)


def test_a_page_is_taken_where_no_article_is_described() -> None:
    """Its dates are marked as those of a page: content systems state them for every page."""
    page = '{"@type":"WebPage","name":"Ferries","datePublished":"2024-05-06"}'

    assert read_article([page]).is_page
    assert not read_article([page, _ARTICLE]).is_page


@pytest.mark.parametrize(("stated", "is_free"), [("true", True), ('"False"', False), ("1", None)])
def test_paywalls_are_stated(stated: str, is_free: bool | None) -> None:  # noqa: FBT001
    """Both booleans and their names in quotes are in use."""
    source = f'{{"@type":"NewsArticle","isAccessibleForFree":{stated}}}'

    assert read_article([source]).is_free is is_free


@pytest.mark.parametrize(
    ("stated", "minutes"),
    [('"PT5M"', 5), ('"PT2M30S"', 2), ('"PT0M"', None), ('"P1D"', None), ("5", None)],
)
def test_read_times_are_stated_as_durations(stated: str, minutes: int | None) -> None:
    """Minutes count; other durations are those of something else."""
    assert read_article([f'{{"@type":"Article","timeRequired":{stated}}}']).minutes == minutes


@pytest.mark.parametrize("source", ["", "{", "[" * 100_000, "null", '"Article"', "{'a':1}", "//"])
def test_what_is_no_json_describes_nothing(source: str) -> None:
    """Broken and deep sources are passed over."""
    assert read_article([source]) == LinkedArticle()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["@type", "@id", "author", "name", "headline", "@graph", "image"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_gives_an_article_of_strings(value: object) -> None:
    """Values of wrong types raise nothing and are left out."""
    article = read_article([json.dumps(value)])

    assert all(isinstance(name, str) for name in (*article.authors, *article.publishers))
