"""Where well-known sites keep their feeds: a table from the address of a page to those of feeds.

Each rule was written from the site's own documentation or from what it links to. Nothing is asked
here; a feed counts only after it was fetched, so a rule that a site has outgrown costs one request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_ANY_HOST = r"[^/]+"
_IS_FEED = re.compile(
    r"[^?]*(?:\.(?:rss|atom|rdf|gne)|/feeds?(?:/[^?]*)?|/rss/?)(?:\?.*)?|.*[?&](?:feed|format)=(?:atom|rss).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`host` and `page` (path and query) must match as a whole; their groups fill `feeds`.

    Each of `feeds` is one feed; where it is a tuple, its members are tried until one is there.
    """

    host: re.Pattern[str]
    page: re.Pattern[str]
    feeds: tuple[tuple[str, ...], ...]


def _rule(host: str, page: str, *feeds: str | tuple[str, ...]) -> _Rule:
    groups = tuple((feed,) if isinstance(feed, str) else feed for feed in feeds)
    return _Rule(re.compile(host, re.IGNORECASE), re.compile(page), groups)


_YOUTUBE = r"(?:www\.|m\.|music\.)?youtube\.com"
_YOUTUBE_FEED = "https://www.youtube.com/feeds/videos.xml"
_GITHUB = r"(?:www\.)?github\.com"
_REPOSITORY = r"/(?P<repository>[\w.-]+/[\w.-]+?)(?:\.git)?"
_PROJECT = r"/(?P<project>[\w.-]+(?:/[\w.-]+)+?)(?:\.git)?"
_FLICKR = r"(?:www\.)?flickr\.com"
_FLICKR_FEEDS = "https://www.flickr.com/services/feeds"
_END = r"/?(?:\?.*)?"

_RULES = (
    _rule(_YOUTUBE, r"/channel/(?P<id>UC[\w-]{22})(?:[/?].*)?", _YOUTUBE_FEED + "?channel_id={id}"),
    _rule(
        _YOUTUBE,
        r"/(?:playlist|watch)\?(?:.*&)?list=(?P<id>(?:PL|UU|FL|OL)[\w-]+)(?:&.*)?",
        _YOUTUBE_FEED + "?playlist_id={id}",
    ),
    _rule(_YOUTUBE, r"/user/(?P<user>[\w.-]+)(?:[/?].*)?", _YOUTUBE_FEED + "?user={user}"),
    _rule(
        r"(?:(?:www|old|new|np|m|i)\.)?reddit\.com",
        r"(?P<path>/(?:r|user|domain)/[^?]+?)/?(?P<query>\?.*)?",
        "https://www.reddit.com{path}/.rss{query}",
    ),
    _rule(
        r"(?:(?:www|old|new|np|m|i)\.)?reddit\.com",
        r"/u/(?P<user>[\w-]+)/?(?:\?.*)?",
        "https://www.reddit.com/user/{user}/.rss",
    ),
    _rule(
        _GITHUB,
        _REPOSITORY + r"/(?P<part>releases|tags)(?:[/?].*)?",
        "https://github.com/{repository}/{part}.atom",
    ),
    _rule(
        _GITHUB, _REPOSITORY + r"/commits" + _END, "https://github.com/{repository}/commits.atom"
    ),
    _rule(
        _GITHUB,
        _REPOSITORY + r"/(?:commits|tree|blob)/(?P<place>[^?]+?)" + _END,
        "https://github.com/{repository}/commits/{place}.atom",
    ),
    _rule(
        _GITHUB,
        _REPOSITORY + _END,
        "https://github.com/{repository}/releases.atom",
        "https://github.com/{repository}/commits.atom",
        "https://github.com/{repository}/tags.atom",
    ),
    _rule(_GITHUB, r"/(?P<user>[\w-]+)" + _END, "https://github.com/{user}.atom"),
    _rule(
        _ANY_HOST,
        _PROJECT + r"/-/(?P<part>releases|tags)(?:[/?].*)?",
        ("{origin}/{project}/-/{part}.atom", "{origin}/{project}/-/{part}?format=atom"),
    ),
    _rule(
        _ANY_HOST,
        _PROJECT + r"/-/(?:commits|tree|blob)/(?P<place>[^?]+?)" + _END,
        "{origin}/{project}/-/commits/{place}?format=atom",
    ),
    _rule(
        r"gitlab\.[^/]+",
        _PROJECT + _END,
        "{origin}/{project}/-/releases.atom",
        "{origin}/{project}/-/commits/HEAD?format=atom",
        "{origin}/{project}/-/tags?format=atom",
    ),
    _rule(r"gitlab\.[^/]+", r"/(?P<user>[\w.-]+)" + _END, "{origin}/{user}.atom"),
    _rule(
        r"bsky\.app",
        r"/profile/(?P<name>[\w.:-]+)(?:[/?].*)?",
        "https://bsky.app/profile/{name}/rss",
    ),
    _rule(r"(?P<name>[\w-]+\.bsky\.social)", r"/.*", "https://bsky.app/profile/{name}/rss"),
    _rule(
        r"medium\.com",
        r"/(?P<place>[\w-]+/tagged/[\w-]+|tag/[\w-]+)(?:[/?].*)?",
        "https://medium.com/feed/{place}",
    ),
    _rule(r"medium\.com", r"/(?P<place>@?[\w.-]+)(?:[/?].*)?", "https://medium.com/feed/{place}"),
    _rule(r"(?P<site>[\w-]+\.medium\.com)", r"/.*", "https://{site}/feed"),
    _rule(
        r"open\.substack\.com",
        r"/pub/(?P<site>[\w-]+)(?:[/?].*)?",
        "https://{site}.substack.com/feed",
    ),
    _rule(r"(?!open\.|www\.)(?P<site>[\w-]+\.substack\.com)", r"/.*", "https://{site}/feed"),
    _rule(
        r"(?P<site>[\w-]+\.wordpress\.com)",
        r"(?P<path>/(?:category|tag|author)/[^?]+?)" + _END,
        "https://{site}{path}/feed/",
    ),
    _rule(r"(?P<site>[\w-]+\.wordpress\.com)", r"/.*", "https://{site}/feed/"),
    _rule(r"(?P<site>[\w-]+\.blogspot\.[a-z.]+)", r"/.*", "https://{site}/feeds/posts/default"),
    _rule(
        r"(?!www\.)(?P<site>[\w-]+\.tumblr\.com)",
        r"(?P<path>/tagged/[^/?]+)" + _END,
        "https://{site}{path}/rss",
    ),
    _rule(
        r"(?:www\.)?tumblr\.com",
        r"/(?:blog/(?:view/)?)?(?P<name>[\w-]+)(?:[/?].*)?",
        "https://{name}.tumblr.com/rss",
    ),
    _rule(r"(?!www\.)(?P<site>[\w-]+\.tumblr\.com)", r"/.*", "https://{site}/rss"),
    _rule(
        _FLICKR,
        r"/(?:photos|people)/(?P<id>\d+@N\d\d)(?:[/?].*)?",
        _FLICKR_FEEDS + "/photos_public.gne?id={id}&format=atom",
    ),
    _rule(
        _FLICKR,
        r"/photos/tags/(?P<tag>[^/?]+)" + _END,
        _FLICKR_FEEDS + "/photos_public.gne?tags={tag}&format=atom",
    ),
    _rule(
        _FLICKR,
        r"/groups/(?P<id>\d+@N\d\d)(?:[/?].*)?",
        _FLICKR_FEEDS + "/groups_pool.gne?id={id}&format=atom",
    ),
    # Below are sites whose /@name is no profile of the fediverse, then those where it is one.
    _rule(_YOUTUBE + r"|(?:www\.)?(?:tiktok|threads|substack|flickr)\.(?:com|net)", r"/.*"),
    _rule(
        _ANY_HOST,
        r"/@(?P<user>[\w.-]+?)(?:/(?:with_replies|media)?)?(?:\?.*)?",
        ("{origin}/@{user}.rss", "{origin}/@{user}/feed.rss", "{origin}/users/{user}/feed.atom"),
    ),
    _rule(
        _ANY_HOST,
        r"/users/(?P<user>[\w.-]+?)" + _END,
        ("{origin}/users/{user}/feed.atom", "{origin}/users/{user}.rss"),
    ),
    _rule(
        _ANY_HOST,
        r"/a/(?P<user>[\w.-]+)/(?:video-channels|videos)" + _END,
        "{origin}/feeds/videos.xml?accountName={user}",
    ),
)
"""The first that fits is taken. Mastodon, Pixelfed and Misskey have ``.rss``, GoToSocial
``/feed.rss``, Pleroma and Akkoma ``/users/…/feed.atom``, PeerTube ``/feeds/videos.xml``."""


def rewrite(url: str) -> list[tuple[str, ...]]:
    """The feeds of the page at `url`, for sites that are known; else none.

    Each member is one feed: the addresses at which it may be, the likeliest first. An address that
    is a feed's own is not rewritten. User name and password of `url` are not taken over.

    >>> rewrite("https://www.reddit.com/r/python/")
    [('https://www.reddit.com/r/python/.rss',)]
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    netloc = parts.netloc.rpartition("@")[2].lower()
    page = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _IS_FEED.fullmatch(page):
        return []
    for rule in _RULES:
        host, found = rule.host.fullmatch(netloc), rule.page.fullmatch(page)
        if host and found:
            pieces = {**host.groupdict(default=""), **found.groupdict(default="")}
            pieces["origin"] = f"{parts.scheme}://{netloc}"
            return [tuple(one.format(**pieces) for one in feed) for feed in rule.feeds]
    return []
