"""The table of sites: which feeds the address of a page stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.discovery._rewriters import rewrite
from aggregator.urls import resolve

_CHANNEL = "UCabcdefghijklmnopqrst_-"
_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_FLICKR = "https://www.flickr.com/services/feeds"


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        (f"https://www.youtube.com/channel/{_CHANNEL}", f"{_YOUTUBE}?channel_id={_CHANNEL}"),
        (f"https://m.youtube.com/channel/{_CHANNEL}/videos", f"{_YOUTUBE}?channel_id={_CHANNEL}"),
        ("https://youtube.com/playlist?list=PLab_c", f"{_YOUTUBE}?playlist_id=PLab_c"),
        ("https://youtube.com/watch?v=x&list=PLab_c&index=2", f"{_YOUTUBE}?playlist_id=PLab_c"),
        ("https://youtube.com/user/someone", f"{_YOUTUBE}?user=someone"),
        ("https://www.reddit.com/r/python/", "https://www.reddit.com/r/python/.rss"),
        ("https://old.reddit.com/r/a+b/top?t=day", "https://www.reddit.com/r/a+b/top/.rss?t=day"),
        ("https://reddit.com/u/someone", "https://www.reddit.com/user/someone/.rss"),
        ("https://github.com/o/r/releases", "https://github.com/o/r/releases.atom"),
        ("https://github.com/o/r/releases/tag/v1.0", "https://github.com/o/r/releases.atom"),
        ("https://github.com/o/r/tags", "https://github.com/o/r/tags.atom"),
        ("https://github.com/o/r/commits/", "https://github.com/o/r/commits.atom"),
        (
            "https://github.com/o/r/commits/main/docs",
            "https://github.com/o/r/commits/main/docs.atom",
        ),
        ("https://github.com/o/r/tree/main", "https://github.com/o/r/commits/main.atom"),
        ("https://github.com/someone", "https://github.com/someone.atom"),
        ("https://git.example.org/g/s/p/-/tags", "https://git.example.org/g/s/p/-/tags.atom"),
        (
            "https://git.example.org/g/p/-/commits/main",
            "https://git.example.org/g/p/-/commits/main?format=atom",
        ),
        ("https://social.example/@ann", "https://social.example/@ann.rss"),
        ("https://social.example/@ann/with_replies", "https://social.example/@ann.rss"),
        ("https://social.example/users/ann", "https://social.example/users/ann/feed.atom"),
        (
            "https://tube.example/a/ann/video-channels",
            "https://tube.example/feeds/videos.xml?accountName=ann",
        ),
        ("https://bsky.app/profile/a.example", "https://bsky.app/profile/a.example/rss"),
        ("https://bsky.app/profile/did:plc:abc1", "https://bsky.app/profile/did:plc:abc1/rss"),
        ("https://ann.bsky.social/", "https://bsky.app/profile/ann.bsky.social/rss"),
        ("https://medium.com/@ann/a-story-1f2e", "https://medium.com/feed/@ann"),
        ("https://medium.com/better-things", "https://medium.com/feed/better-things"),
        ("https://medium.com/tag/python/latest", "https://medium.com/feed/tag/python"),
        ("https://ann.medium.com/", "https://ann.medium.com/feed"),
        ("https://ann.substack.com/p/a-post", "https://ann.substack.com/feed"),
        ("https://open.substack.com/pub/ann/p/a-post", "https://ann.substack.com/feed"),
        ("https://ann.wordpress.com/2026/11/22/a/", "https://ann.wordpress.com/feed/"),
        (
            "https://ann.wordpress.com/category/cats/",
            "https://ann.wordpress.com/category/cats/feed/",
        ),
        ("https://ann.blogspot.com/", "https://ann.blogspot.com/feeds/posts/default"),
        ("https://ann.tumblr.com/post/1", "https://ann.tumblr.com/rss"),
        ("https://ann.tumblr.com/tagged/cats", "https://ann.tumblr.com/tagged/cats/rss"),
        ("https://www.tumblr.com/ann/123/a-post", "https://ann.tumblr.com/rss"),
        (
            "https://www.flickr.com/photos/123@N01/",
            f"{_FLICKR}/photos_public.gne?id=123@N01&format=atom",
        ),
        (
            "https://flickr.com/photos/tags/cats",
            f"{_FLICKR}/photos_public.gne?tags=cats&format=atom",
        ),
        (
            "https://flickr.com/groups/123@N01/pool",
            f"{_FLICKR}/groups_pool.gne?id=123@N01&format=atom",
        ),
    ],
)
def test_a_page_of_a_known_site_stands_for_one_feed(page: str, feed: str) -> None:
    """The likeliest address of it comes first."""
    [addresses] = rewrite(page)

    assert addresses[0] == feed


@pytest.mark.parametrize("page", ["https://github.com/o/r", "https://www.github.com/o/r.git"])
def test_a_repository_has_three_feeds(page: str) -> None:
    """Releases, commits and tags are different things: each is offered."""
    parts = ("releases", "commits", "tags")

    assert rewrite(page) == [(f"https://github.com/o/r/{part}.atom",) for part in parts]


def test_a_project_of_gitlab_has_three_feeds_on_its_own_host() -> None:
    """Whoever runs it."""
    feeds = rewrite("https://gitlab.example.org/g/s/p")

    assert len(feeds) == 3
    assert all(feed[0].startswith("https://gitlab.example.org/g/s/p/-/") for feed in feeds)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://example.org/@ann/123",
        "https://youtube.com/@handle",
        "https://www.youtube.com/watch?v=x",
        "https://www.tiktok.com/@ann",
        "https://www.flickr.com/photos/ann/",
        "https://notgithub.com/o/r",
        "https://github.com.evil.example/o/r",
        "http://[broken/",
        "",
    ],
)
def test_other_pages_are_left_to_what_they_say(url: str) -> None:
    """No rule for them: the page has to be read."""
    assert rewrite(url) == []


@pytest.mark.parametrize(
    "feed",
    [
        f"{_YOUTUBE}?channel_id={_CHANNEL}",
        "https://www.reddit.com/r/python/.rss",
        "https://github.com/o/r/releases.atom",
        "https://git.example.org/g/p/-/tags?format=atom",
        "https://social.example/@ann.rss",
        "https://social.example/@ann/feed.rss",
        "https://bsky.app/profile/a.example/rss",
        "https://medium.com/feed/@ann",
        "https://ann.substack.com/feed",
        f"{_FLICKR}/photos_public.gne?id=123@N01&format=atom",
    ],
)
def test_what_is_a_feed_already_is_not_rewritten(feed: str) -> None:
    """The address that was typed is meant."""
    assert rewrite(feed) == []


def test_a_password_does_not_go_to_another_site() -> None:
    """What the table makes has none."""
    [[first, *_]] = rewrite("https://me:s3cr3t@social.example/@ann")

    assert first == "https://social.example/@ann.rss"


@given(
    st.sampled_from(["github.com", "youtube.com", "gitlab.com", "reddit.com", "x.example"]),
    st.text(max_size=40),
)
def test_whatever_the_path_what_comes_back_are_addresses(host: str, path: str) -> None:
    """Braces, percent signs and blanks in a path are text, not templates."""
    for feed in rewrite(f"https://{host}/{path}"):
        assert feed
        assert all(resolve(None, address) for address in feed)
